import { setTimeout as sleep } from 'node:timers/promises'
import { UnavailableError } from '@atoll/errors'
import { Kysely, PostgresDialect } from 'kysely'
import { type InTenant, tenantRunner } from './in-tenant.ts'
import { createPool } from './pool.ts'
import { PreparedStatements } from './prepared-statements.ts'
import { createProbe } from './probe.ts'

export interface DatabaseOptions {
  /** `postgres://` URL of the app role. */
  url: string
  /** Connections at most, beside one for the probe. */
  poolSize?: number
  /** Milliseconds a statement may run on the server; 0 for ever. */
  statementTimeout?: number
  /**
   * Milliseconds a transaction may stand still before the server ends it, so that a process that froze holds no lock; 0,
   * unless given, for ever.
   */
  idleInTransactionTimeout?: number
  /** Milliseconds to wait for a connection. */
  acquireTimeout?: number
  /** Keep statements that run often parsed and planned; false behind a pooler that does not track them. */
  prepareStatements?: boolean
  /** Shown in `pg_stat_activity`. */
  applicationName: string
}

export interface Database<Schema> {
  /**
   * Run statements under row-level security that sees `app.tenant` and `app.subject`, and what the options grant.
   * They travel with the statement: a read costs one round trip, a write one more for its commit. Not to be nested.
   * Throws UnavailableError, TimeoutError and ConflictError for what the database refuses.
   */
  inTenant: InTenant<Schema>
  /** Rejects with UnavailableError when the database does not answer. */
  probe(signal: AbortSignal): Promise<void>
  /** Waits for running transactions; after 10 s they are rolled back. */
  close(): Promise<void>
  /** Without a tenant: tables under row-level security look empty. */
  readonly kysely: Kysely<Schema>
}

const CLOSE_PATIENCE = 10_000

/** A pool of connections to one database. Nothing connects before the first use. */
export function createDatabase<Schema>(options: DatabaseOptions): Database<Schema> {
  const { url, poolSize = 10, statementTimeout = 30_000, acquireTimeout = 5000, applicationName } = options
  const { prepareStatements = true, idleInTransactionTimeout = 0 } = options
  const limits = { statementTimeout, idleInTransactionTimeout, acquireTimeout }
  const pool = createPool({ url, size: poolSize, ...limits, applicationName })
  const probe = createProbe({ url, applicationName, timeout: acquireTimeout })
  const dialect = new PostgresDialect({ pool })
  const kysely = new Kysely<Schema>({ dialect })
  const runner = tenantRunner(pool, dialect, kysely, prepareStatements ? new PreparedStatements() : undefined)
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    const timer = new AbortController()
    const drained = Promise.all([pool.end(), probe.close()])
    void sleep(CLOSE_PATIENCE, undefined, { signal: timer.signal }).then(
      () => runner.interrupt(new UnavailableError('The server is stopping. Try again shortly.')),
      () => {},
    )
    await drained.finally(() => timer.abort())
  }

  return {
    inTenant: runner.inTenant,
    probe: probe.check,
    kysely,
    close() {
      closing ??= close()
      return closing
    },
  }
}
