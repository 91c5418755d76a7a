import { endWhenSilent } from '@atoll/database/end-when-silent'
import pg from 'pg'
import type { UsageRow } from './usage-row.ts'
import type { UsageStore } from './usage-store.ts'

/** Names of its own: the database may belong to somebody else too. */
const SCHEMA = `
  create schema if not exists atoll_usage;
  create table if not exists atoll_usage.day (
    day date not null,
    tenant text not null,
    team text not null,
    server text not null,
    tool text not null,
    calls bigint not null,
    units bigint not null,
    failed bigint not null,
    primary key (day, tenant, team, tool)
  );
  create table if not exists atoll_usage.batch (
    id uuid primary key,
    kept_at timestamptz not null default now()
  );`

const ADD = `
  with batch as (
    insert into atoll_usage.batch (id) values ($1) on conflict do nothing returning id
  )
  insert into atoll_usage.day (day, tenant, team, server, tool, calls, units, failed)
  select rows.* from batch, unnest(
    $2::date[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[]
  ) as rows
  order by 1, 2, 3, 5
  on conflict (day, tenant, team, tool) do update set
    calls = atoll_usage.day.calls + excluded.calls,
    units = atoll_usage.day.units + excluded.units,
    failed = atoll_usage.day.failed + excluded.failed`

const FORGET = `delete from atoll_usage.batch where kept_at < now() - interval '1 day'`

const READ = `
  select to_char(day, 'YYYY-MM-DD') as day, tenant, team, server, tool,
    calls::float8 as calls, units::float8 as units, failed::float8 as failed
  from atoll_usage.day where day between $1 and $2`

/** Milliseconds that PostgreSQL gets for one batch. */
const PATIENCE = 5000
/** Batches after which those that can't come again are forgotten. */
const FORGET_EVERY = 1000

/**
 * Usage of all replicas in PostgreSQL, for as long as anybody wants it. Makes its tables where they are missing; a role that
 * may not needs them made before.
 */
export function postgresStore(url: string, onError: (error: unknown) => void): UsageStore {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'atoll-gateway-usage',
    max: 2,
    connectionTimeoutMillis: PATIENCE,
  })
  pool.on('error', onError)
  pool.on('connect', (client) => endWhenSilent(client, PATIENCE))
  let isPrepared = false
  let batches = 0

  async function prepare(): Promise<void> {
    if (isPrepared) return
    const { rows } = await pool.query<{ day: string | null }>(
      `select to_regclass('atoll_usage.day')::text as day`,
    )
    if (rows[0]?.day === null) {
      // One of the replicas makes them; several statements in one query are one transaction.
      await pool.query(`select pg_advisory_xact_lock(hashtext('atoll.usage')); ${SCHEMA}`)
    }
    isPrepared = true
  }

  return {
    name: 'PostgreSQL',
    async keep({ id, rows }) {
      await prepare()
      const column = <Key extends keyof UsageRow>(key: Key) => rows.map((row) => row[key])
      await pool.query(ADD, [
        ...[id, column('day'), column('tenant'), column('team'), column('server'), column('tool')],
        ...[column('calls'), column('units'), column('failed')],
      ])
      if (++batches % FORGET_EVERY === 0) await pool.query(FORGET)
    },
    async read({ since, until }) {
      await prepare()
      return (await pool.query<UsageRow>(READ, [since, until])).rows
    },
    close: () => pool.end(),
  }
}
