import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { requestCancel } from './cancel.ts'
import { columnTypes } from './column-types.ts'
import { toAppError, unreachable } from './database-error.ts'

export interface OwnerOptions {
  /** Whose rows. Policies bind the owner too (FORCE ROW LEVEL SECURITY): without one, tenant tables look empty. */
  tenant?: string
  /** Aborting stops the statement on the server, rolls back and rejects with the signal's reason. */
  signal?: AbortSignal
  applicationName?: string
}

/**
 * Run a job (seed, import) as the owner of the schema: one transaction on a connection of its own, without a
 * statement timeout. `client` is that connection, for COPY; what it does is part of the transaction. PostgreSQL
 * refuses COPY FROM into a table whose policies bind the owner: copy into a temporary one and insert from there.
 */
export async function withOwner<Schema, T>(
  ownerUrl: string,
  run: (trx: Transaction<Schema>, client: pg.ClientBase) => Promise<T>,
  { tenant, signal, applicationName = 'atoll-owner' }: OwnerOptions = {},
): Promise<T> {
  if (tenant === '') throw new TypeError('The tenant of an owner job is empty')
  signal?.throwIfAborted()
  const client = await connect(ownerUrl, applicationName)
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  try {
    const work = kyselyOn<Schema>(client)
      .transaction()
      .execute(async (trx) => {
        if (tenant !== undefined) await sql`select set_config('app.tenant', ${tenant}, true)`.execute(trx)
        return await run(trx, client)
      })
    return await Promise.race([aborted, work])
  } catch (error) {
    if (!signal?.aborted) throw toAppError(error)
    await requestCancel(client).catch(() => {})
    throw signal.reason
  } finally {
    signal?.removeEventListener('abort', onAbort)
    await client.end()
  }
}

async function connect(connectionString: string, applicationName: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: columnTypes,
  })
  // The statement that runs reports a lost connection itself.
  client.on('error', () => {})
  await client.connect().catch((error) => {
    throw unreachable(error)
  })
  return client
}

/** Kysely takes its connections from a pool; this one holds a single connection and never closes it. */
function kyselyOn<Schema>(client: pg.Client): Kysely<Schema> {
  const pooled = Object.assign(client, { release: () => {} })
  const pool = { connect: async () => pooled, end: async () => {}, options: {} }
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}
