import { setTimeout as delay } from 'node:timers/promises'
import { type ProcessInfo, processInfo } from './process-info.ts'

/** End processes that are not our children: asked first, killed after `deadline` milliseconds. */
export async function endProcesses(processes: readonly ProcessInfo[], deadline = 5_000): Promise<void> {
  const end = Date.now() + deadline
  let left = await stillRunning(processes)
  signalAll(left, 'SIGTERM')
  while (left.length > 0 && Date.now() < end) {
    await delay(50)
    left = await stillRunning(left)
  }
  signalAll(left, 'SIGKILL')
  while (left.length > 0 && Date.now() < end + 2_000) {
    await delay(20)
    left = await stillRunning(left)
  }
}

async function stillRunning(processes: readonly ProcessInfo[]): Promise<ProcessInfo[]> {
  const alive = await Promise.all(
    processes.map(async (each) => (await processInfo(each.pid))?.startTime === each.startTime),
  )
  return processes.filter((_, index) => alive[index])
}

function signalAll(processes: readonly ProcessInfo[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal)
    } catch {
      // Gone in the meantime.
    }
  }
}
