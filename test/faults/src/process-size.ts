import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessSize {
  /** Resident memory, in MB. */
  readonly memory: number
  /** Open files, sockets and the like. */
  readonly handles: number
}

/** What a process holds right now, from Linux's /proc. */
export function processSize(pid: number): ProcessSize {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    memory: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1000,
    handles: readdirSync(`/proc/${pid}/fd`).length,
  }
}
