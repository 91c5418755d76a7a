import { readdirSync, readFileSync } from 'node:fs'

/** Microseconds that the threads of a process have run so far; NaN where the kernel does not tell. */
export function cpuMicroseconds(pid: number | undefined): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const spent = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    )
    return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1000
  } catch {
    return Number.NaN
  }
}
