import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'

/** What the kernel knows of a running process (proc(5)). */
export interface ProcessInfo {
  readonly pid: number
  /** Clock ticks since boot; together with the pid it names a process for good. */
  readonly startTime: string
  readonly command: readonly string[]
}

/** A running process; undefined when there is none (a zombie counts as gone), or no /proc to ask. */
export async function processInfo(pid: number): Promise<ProcessInfo | undefined> {
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ])
    // The second field is the name in brackets and may hold spaces; state is the 3rd, start time the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, startTime] = [fields[0], fields[19]]
    if (state === 'Z' || state === 'X' || startTime === undefined) return undefined
    return { pid, startTime, command: command.split('\0').slice(0, -1) }
  } catch {
    return undefined
  }
}

/** A variable of another process's environment; undefined when it is not set or not ours to read. */
export async function environmentOf(pid: number, variable: string): Promise<string | undefined> {
  try {
    const entries = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
    return entries.find((entry) => entry.startsWith(`${variable}=`))?.slice(variable.length + 1)
  } catch {
    return undefined
  }
}

/** Whether a process exists, also where there is no /proc. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether a process still works: it exists, and is no zombie. */
export async function isRunning(pid: number): Promise<boolean> {
  return process.platform === 'linux' ? (await processInfo(pid)) !== undefined : isAlive(pid)
}

/** A process in a few words for people: `node server.js (process 123)`. */
export function describeProcess({ pid, command }: ProcessInfo): string {
  const [program = 'a process', ...args] = command
  const text = [basename(program), ...args].join(' ')
  return `${text.length > 60 ? `${text.slice(0, 60)}…` : text} (process ${pid})`
}
