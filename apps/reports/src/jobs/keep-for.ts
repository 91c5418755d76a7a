import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectContext } from '@atoll/server-kit'
import type { OldReportStore } from '../store/old-reports.ts'

/** Milliseconds between two looks for old reports. */
const EVERY = 3_600_000

/** Remove what is older than so many days, from now on. Every replica looks: what one removed the next does not find. */
export function keepFor(
  days: number,
  old: OldReportStore,
  { signal, logger }: Pick<ConnectContext, 'signal' | 'logger'>,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const ended = AbortSignal.any([signal, stopping.signal])
  const running = run()

  async function run(): Promise<void> {
    while (!ended.aborted) {
      try {
        const removed = await old.remove(days, { signal: ended })
        if (removed > 0) logger.info({ removed, days }, 'Removed old reports')
      } catch (error) {
        if (!ended.aborted) logger.warn({ err: error }, 'Old reports are looked for again later')
      }
      await pause(EVERY, undefined, { signal: ended, ref: false }).catch(() => {})
    }
  }

  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
