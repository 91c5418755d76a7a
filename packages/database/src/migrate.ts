import { createHash } from 'node:crypto'
import { ConflictError, InvalidError } from '@atoll/errors'
import pg from 'pg'
import { type AppAccess, checkAppRole, checkTenantTables, grantToApp } from './app-role.ts'
import { requestCancel } from './cancel.ts'
import { toAppError, unreachable } from './database-error.ts'

/** Migration name to its SQL. Names are applied in their order: `0001_init`, `0002_...`. */
export type Migrations = Readonly<Record<string, { readonly up: string }>>

export interface MigrateOptions {
  /** URL of the role that owns the schema; a direct connection, not one of a transaction pooler. */
  ownerUrl: string
  migrations: Migrations
  /** Login role of the app: gets DML on every table and sequence of `public`, and nothing else. */
  appRole: string
  /** `read` gives it SELECT alone, and takes what else it had. Default `write`. */
  access?: AppAccess
  signal?: AbortSignal
}

interface Migration {
  readonly name: string
  readonly up: string
  readonly checksum: string
}

/** A migration that waits for a lock makes every query behind it wait too: rather fail and be run again. */
const LOCK_TIMEOUT = '30s'

/**
 * Apply what has not been applied, each migration in a transaction of its own, under a lock that makes other
 * processes wait. Returns the names applied.
 * Throws ConflictError when an applied migration was changed, InvalidError when one fails, leaves a tenant table
 * without forced row-level security, or when the app role could get around it.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const { ownerUrl, migrations, appRole, access = 'write', signal } = options
  signal?.throwIfAborted()
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'atoll-migrate' })
  client.on('error', () => {})
  await client.connect().catch((error) => {
    throw unreachable(error)
  })
  const onAbort = () => void requestCancel(client).catch(() => {})
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await migrateOn(client, inOrder(migrations), { appRole, access, signal })
  } catch (error) {
    throw signal?.aborted ? signal.reason : toAppError(error)
  } finally {
    signal?.removeEventListener('abort', onAbort)
    await client.end()
  }
}

async function migrateOn(
  client: pg.Client,
  migrations: readonly Migration[],
  { appRole, access, signal }: { appRole: string; access: AppAccess; signal: AbortSignal | undefined },
): Promise<string[]> {
  await client.query(`select pg_advisory_lock(hashtext('atoll.migrations'))`)
  await client.query(`set lock_timeout = '${LOCK_TIMEOUT}'`)
  await checkAppRole(client, appRole)
  const applied = await appliedBefore(client)
  const pending = migrations.filter(({ name, checksum }) => {
    const before = applied.get(name)
    if (before !== undefined && before !== checksum) {
      throw new ConflictError(
        `Migration ${name} was changed after it had been applied: restore it and put the change into a new migration.`,
      )
    }
    return before === undefined
  })
  for (const migration of pending) {
    signal?.throwIfAborted()
    await apply(client, migration)
  }
  await grantToApp(client, appRole, access)
  return pending.map(({ name }) => name)
}

async function appliedBefore(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  await client.query('create schema if not exists atoll')
  await client.query(`create table if not exists atoll.migration (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from atoll.migration',
  )
  return new Map(rows.map(({ name, checksum }) => [name, checksum]))
}

async function apply(client: pg.Client, { name, up, checksum }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(up)
    await checkTenantTables(client)
    await client.query('insert into atoll.migration (name, checksum) values ($1, $2)', [name, checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    if (!(error instanceof Error)) throw error
    throw new InvalidError(`Migration ${name} failed and was rolled back: ${error.message}`, { cause: error })
  }
}

function inOrder(migrations: Migrations): Migration[] {
  return Object.entries(migrations)
    .map(([name, { up }]) => ({ name, up, checksum: createHash('sha256').update(up).digest('hex') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
