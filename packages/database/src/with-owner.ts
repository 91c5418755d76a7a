import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { columnTypes } from './column-types.ts'
import { toAppError } from './database-error.ts'

export interface OwnerOptions {
  /** Policies bind the owner too (FORCE ROW LEVEL SECURITY): a job that writes tenant rows names the tenant. */
  tenant?: string
  signal?: AbortSignal
  applicationName?: string
}

/**
 * Run a job (seed, import) as the owner of the schema, in one transaction on one connection of its own,
 * without a statement timeout. `client` is that connection, for COPY.
 */
export async function withOwner<Schema, T>(
  ownerUrl: string,
  run: (trx: Transaction<Schema>, client: pg.ClientBase) => Promise<T>,
  { tenant, applicationName = 'atoll-owner' }: OwnerOptions = {},
): Promise<T> {
  const pool = new pg.Pool({
    connectionString: ownerUrl,
    max: 1,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    types: columnTypes,
  })
  pool.on('error', () => {})
  let client: pg.PoolClient | undefined
  pool.on('acquire', (acquired) => {
    client = acquired
  })
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    return await kysely.transaction().execute(async (trx) => {
      await sql`select set_config('app.tenant', ${tenant ?? ''}, true)`.execute(trx)
      return await run(trx, client as pg.PoolClient)
    })
  } catch (error) {
    throw toAppError(error)
  } finally {
    await kysely.destroy()
  }
}
