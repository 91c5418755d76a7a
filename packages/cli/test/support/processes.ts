import { readdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { environmentOf, processInfo } from '../../src/process/process-info.ts'

/** The processes that carry a home in their environment: servers and commands of that home. */
export async function processesOf(home: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const ours = await Promise.all(
    pids.map(
      async (pid) =>
        (await environmentOf(pid, 'ATOLL_HOME')) === home && (await processInfo(pid)) !== undefined,
    ),
  )
  return pids.filter((_, index) => ours[index])
}

/** Resolves when a process has ended, however long that takes (the test's own deadline applies). */
export async function untilGone(pid: number): Promise<void> {
  while ((await processInfo(pid)) !== undefined) await delay(20)
}
