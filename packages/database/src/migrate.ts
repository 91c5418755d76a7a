import { createHash } from 'node:crypto'
import { ConflictError } from '@atoll/errors'
import pg from 'pg'
import { unreachable } from './database-error.ts'

/** Migration name (sorts in order: `0001_init`) to its SQL. */
export type Migrations = Readonly<Record<string, { readonly up: string }>>

export interface MigrateOptions {
  /** URL of the role that owns the schema. */
  ownerUrl: string
  migrations: Migrations
  signal?: AbortSignal
  /** Login role of the app: gets DML on every table and sequence of `public`, and nothing else. */
  appRole: string
}

/** Apply what has not been applied, each migration in its own transaction, under one lock. Returns the names applied. */
export async function migrate({ ownerUrl, migrations, appRole }: MigrateOptions): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'atoll-migrate' })
  client.on('error', () => {})
  await client.connect().catch((error) => {
    throw unreachable(error)
  })
  try {
    await client.query(`select pg_advisory_lock(hashtext('atoll.migrations'))`)
    await client.query(`create schema if not exists atoll`)
    await client.query(`create table if not exists atoll.migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from atoll.migrations',
    )
    const applied = new Map(rows.map((row) => [row.name, row.checksum]))
    const done: string[] = []
    for (const [name, { up }] of Object.entries(migrations).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const checksum = createHash('sha256').update(up).digest('hex')
      const before = applied.get(name)
      if (before !== undefined) {
        if (before !== checksum)
          throw new ConflictError(
            `Migration ${name} was changed after it was applied. Restore it and add a new migration.`,
          )
        continue
      }
      await client.query('begin')
      try {
        await client.query(up)
        await client.query('insert into atoll.migrations (name, checksum) values ($1, $2)', [name, checksum])
        await client.query('commit')
      } catch (error) {
        await client.query('rollback')
        throw error
      }
      done.push(name)
    }
    const role = client.escapeIdentifier(appRole)
    await client.query(`grant usage on schema public to ${role};
      grant select, insert, update, delete on all tables in schema public to ${role};
      grant usage, select on all sequences in schema public to ${role}`)
    return done
  } finally {
    await client.end()
  }
}
