import { AsyncLocalStorage } from 'node:async_hooks'
import { type Kysely, type PostgresDialect, Transaction } from 'kysely'
import type pg from 'pg'
import { toAppError } from './database-error.ts'
import { acquire, discard } from './pool.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import { type Grants, settingsOf, type TenantPrincipal } from './principal-settings.ts'
import { type Isolation, TenantSession } from './tenant-session.ts'

export interface TenantOptions extends Grants {
  /** Aborting stops the statement on the server and rejects with the signal's reason. */
  signal?: AbortSignal
  /** Refuses writes. Without `isolation` each statement is a transaction of its own, which saves the commit. */
  readOnly?: boolean
  /** From `repeatable read` on, all statements see the data of the same moment. */
  isolation?: Isolation
}

export type InTenant<Schema> = <T>(
  principal: TenantPrincipal,
  run: (trx: Transaction<Schema>) => Promise<T>,
  options?: TenantOptions,
) => Promise<T>

export interface TenantRunner<Schema> {
  inTenant: InTenant<Schema>
  /** Roll back everything that runs; each rejects with the reason. */
  interrupt(reason: unknown): void
}

export function tenantRunner<Schema>(
  pool: pg.Pool,
  dialect: PostgresDialect,
  kysely: Kysely<Schema>,
  prepared: PreparedStatements | undefined,
): TenantRunner<Schema> {
  const inside = new AsyncLocalStorage<{ open: boolean }>()
  const running = new Set<(reason: unknown) => void>()
  const transactionOn = transactionFactory(dialect, kysely)

  const inTenant: InTenant<Schema> = async (principal, run, options = {}) => {
    const settings = settingsOf(principal, options)
    if (inside.getStore()?.open) {
      throw new TypeError('inTenant inside inTenant waits for a second connection: hand the transaction on')
    }
    const { signal } = options
    const client = await acquire(pool, signal)
    const session = new TenantSession(client, options, settings, prepared)
    const scope = { open: true }
    const { promise: interrupted, reject: interrupt } = Promise.withResolvers<never>()
    const onAbort = () => interrupt(signal?.reason)
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
    running.add(interrupt)
    try {
      const work = inside.run(scope, async () => run(transactionOn(session)))
      const result = await Promise.race([interrupted, work])
      await session.commit()
      client.release()
      return result
    } catch (error) {
      void session.abandon().then((usable) => (usable ? client.release() : discard(client)))
      throw signal?.aborted ? signal.reason : toAppError(error)
    } finally {
      scope.open = false
      running.delete(interrupt)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  return {
    inTenant,
    interrupt(reason) {
      for (const interrupt of running) interrupt(reason)
    },
  }
}

/** Kysely has no public way to run a transaction on a connection it did not take itself; its parts do. */
function transactionFactory<Schema>(dialect: PostgresDialect, kysely: Kysely<Schema>) {
  const executor = kysely.getExecutor()
  const driver = dialect.createDriver()
  const config = { dialect }
  return (session: TenantSession) =>
    new Transaction<Schema>({
      config,
      dialect,
      driver,
      executor: executor.withConnectionProvider({ provideConnection: (consume) => consume(session) }),
    })
}
