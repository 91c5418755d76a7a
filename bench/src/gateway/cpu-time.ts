import { readFileSync } from 'node:fs'

/** Milliseconds of a core; Linux counts in hundredths of a second. */
const TICK = 10

/** Milliseconds of processor time that a process has used, threads included; 0 where /proc is not. */
export function cpuTime(pid: number | undefined): number {
  try {
    // The name, in parentheses, may hold spaces; utime and stime are fields 14 and 15 (proc_pid_stat(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * TICK
  } catch {
    return 0
  }
}
