import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '@atoll/database'
import type { Embedder } from '../embeddings/embedder.ts'
import type { Tables } from '../store/tables.ts'
import { embedMissing } from './embed-missing.ts'
import { countLexemes, type TenantState, tenantStates } from './tenant-states.ts'

export interface Upkeep {
  start(signal: AbortSignal): void
  /** Look now rather than at the next turn. */
  soon(): void
  close(): Promise<void>
}

/** Milliseconds between looks at what other processes have changed. */
const EVERY = 5000

/**
 * What a server does on its own, one tenant after the other: count words anew where documents changed, and give
 * passages the vectors they lack, after the model was changed or while it could not be asked.
 */
export function createUpkeep(
  database: Database<Tables>,
  embedder: Embedder,
  logger: { info(details: object, text: string): void; warn(details: object, text: string): void },
): Upkeep {
  const closing = new AbortController()
  const done = new Map<string, number>()
  let wake = () => {}
  let running: Promise<void> = Promise.resolve()

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for (const state of await tenantStates(database, signal)) await tend(state, signal)
      } catch (error) {
        if (signal.aborted) return
        logger.warn({ err: error }, 'Upkeep is tried again')
      }
      const { promise: woken, resolve } = Promise.withResolvers<void>()
      wake = resolve
      await Promise.race([woken, sleep(EVERY, undefined, { signal }).catch(() => {})])
    }
  }

  async function tend({ tenant, revision, counted }: TenantState, signal: AbortSignal): Promise<void> {
    if (revision !== counted) await countLexemes(database, tenant, signal)
    if (done.get(tenant) === revision) return
    const embedded = await embedMissing(database, embedder, tenant, signal)
    if (embedded > 0) logger.info({ tenant, passages: embedded, model: embedder.model }, 'Embedded passages')
    // What was embedded made a new revision, which the next turn finds complete.
    else done.set(tenant, revision)
  }

  return {
    start(signal) {
      running = run(AbortSignal.any([signal, closing.signal]))
    },
    soon: () => wake(),
    async close() {
      closing.abort()
      wake()
      await running
    },
  }
}
