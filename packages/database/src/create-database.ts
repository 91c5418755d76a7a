import type { Principal } from '@atoll/auth'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { columnTypes } from './column-types.ts'
import { toAppError } from './database-error.ts'

export interface DatabaseOptions {
  /** `postgres://` URL of the app role. */
  url: string
  /** Connections at most. */
  poolSize?: number
  /** Milliseconds a statement may run on the server. */
  statementTimeout?: number
  /** Shown in `pg_stat_activity`. */
  applicationName: string
}

export interface TenantOptions {
  /** Aborting stops the statement on the server and rejects with the signal's reason. */
  signal?: AbortSignal
  readOnly?: boolean
  /** Readable in policies as `app.scopes`, separated by spaces. */
  scopes?: Iterable<string>
}

export interface Database<Schema> {
  /**
   * Run statements in one transaction whose row-level security sees `app.tenant` and `app.subject`.
   * Throws UnavailableError, TimeoutError and ConflictError for what the database refuses.
   */
  inTenant<T>(
    principal: Pick<Principal, 'tenant' | 'subject'>,
    run: (trx: Transaction<Schema>) => Promise<T>,
    options?: TenantOptions,
  ): Promise<T>
  /** Rejects when the database does not answer. */
  probe(signal: AbortSignal): Promise<void>
  close(): Promise<void>
  /** Without a tenant: tables under row-level security look empty. */
  readonly kysely: Kysely<Schema>
}

/** A pool of connections to one database. Nothing connects before the first use. */
export function createDatabase<Schema>(options: DatabaseOptions): Database<Schema> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    statement_timeout: options.statementTimeout ?? 30_000,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    types: columnTypes,
  })
  pool.on('error', () => {})
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  return {
    kysely,
    async inTenant(principal, run, { signal, readOnly = false, scopes } = {}) {
      if (principal.tenant === '') throw new TypeError('A principal without a tenant reached the database')
      signal?.throwIfAborted()
      try {
        return await kysely
          .transaction()
          .setAccessMode(readOnly ? 'read only' : 'read write')
          .execute(async (trx) => {
            await sql`select set_config('app.tenant', ${principal.tenant}, true),
              set_config('app.subject', ${principal.subject}, true),
              set_config('app.scopes', ${[...(scopes ?? [])].join(' ')}, true)`.execute(trx)
            return await run(trx)
          })
      } catch (error) {
        throw toAppError(error)
      }
    },
    async probe() {
      await pool.query('select 1')
    },
    close: () => kysely.destroy(),
  }
}
