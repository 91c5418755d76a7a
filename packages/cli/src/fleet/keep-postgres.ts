import { setTimeout as delay } from 'node:timers/promises'
import type { Interrupts } from '../process/interrupts.ts'
import { isRunning } from '../process/process-info.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { PostgresUse } from './postgres.ts'

const LOOK_EVERY = 2_000
const MOST_FAILURES = 5

/** Start PostgreSQL again when it dies, until the fleet is told to stop; a second Ctrl-C ends it at once. */
export function keepPostgres(
  postgres: PostgresUse,
  { terminal, interrupts }: { terminal: Terminal; interrupts: Interrupts },
): void {
  void watch(postgres, terminal, interrupts.stop)
  interrupts.kill.addEventListener('abort', () => {
    try {
      // PostgreSQL's immediate shutdown; the next start recovers from its log.
      process.kill(postgres.pid, 'SIGQUIT')
    } catch {
      // Gone already.
    }
  })
}

async function watch(postgres: PostgresUse, terminal: Terminal, stop: AbortSignal): Promise<void> {
  let failures = 0
  while (failures < MOST_FAILURES) {
    await delay(LOOK_EVERY * 2 ** failures, undefined, { signal: stop, ref: false }).catch(() => {})
    if (stop.aborted) return
    if (await isRunning(postgres.pid)) continue
    try {
      await terminal.step('PostgreSQL stopped unexpectedly; starting it again', async (step) => {
        await postgres.revive()
        step.done(`PostgreSQL is running again on port ${postgres.port}`)
      })
      failures = 0
    } catch (error) {
      failures += 1
      terminal.print(error instanceof Error ? error.message : String(error))
    }
  }
  terminal.print('PostgreSQL stays stopped; correct the cause, then start the fleet again.')
}
