import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds of a core; Linux counts in hundredths of a second. */
const TICK = 10

/** Milliseconds of core time that each thread of a process has used, by the thread's name. */
export function coreTimeOf(pid: number): Map<string, number> {
  const threads = readdirSync(`/proc/${pid}/task`)
  return sumByName(threads.map((thread) => statOf(`/proc/${pid}/task/${thread}/stat`)))
}

/** The same of a process until its end, looking often, as threads that have ended cannot be asked. */
export function coresUsed(pid: number): { stop(): ReadonlyMap<string, number> } {
  const byThread = new Map<string, { name: string; time: number }>()
  const look = () => {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        byThread.set(thread, statOf(`/proc/${pid}/task/${thread}/stat`))
      }
    } catch {
      // It has ended, or the thread has.
    }
  }
  const timer = setInterval(look, 50)
  return {
    stop() {
      clearInterval(timer)
      return sumByName(byThread.values())
    },
  }
}

/** The same of whole processes, as far as they run on this machine. */
export function coreTimeOfAll(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      return sum + statOf(`/proc/${pid}/stat`).time
    } catch {
      return sum
    }
  }, 0)
}

export function residentMegabytes(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1000
}

function sumByName(threads: Iterable<{ name: string; time: number }>): Map<string, number> {
  const times = new Map<string, number>()
  for (const { name, time } of threads) times.set(name, (times.get(name) ?? 0) + time)
  return times
}

/** proc(5): the name stands in parentheses; of what follows, 12 and 13 are time in user and kernel mode. */
function statOf(file: string): { name: string; time: number } {
  const text = readFileSync(file, 'utf8')
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
  const rest = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { name, time: (Number(rest[11]) + Number(rest[12])) * TICK }
}
