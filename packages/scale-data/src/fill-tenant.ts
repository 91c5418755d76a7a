import { progress } from '@atoll/csv-import'
import { withOwner } from '@atoll/database'
import { ConflictError } from '@atoll/errors'
import pg from 'pg'
import type { FillOptions } from './fill-options.ts'
import { withoutIndexes } from './without-indexes.ts'

/** A part of the work: how far it is within itself, from 0 to 1, and what it is doing. */
export type Step = (share: number, doing: string) => void

/** How one server's tables are filled for a tenant. */
export interface Fill {
  /** Of the server: names its connection. */
  name: string
  /** Names the advisory lock that it shares with imports and seeds of the tenant. */
  lock: string
  /** Those that get most rows, the biggest first. A tenant is empty when none has a row of it. */
  tables: readonly [string, ...string[]]
  /** Delete the tenant's rows, from all tables. */
  clear(client: pg.ClientBase, tenant: string): Promise<void>
  /** Insert rows; indexes and foreign keys of `tables` may be away meanwhile, statistics are taken afterwards. */
  insert(client: pg.ClientBase, options: FillOptions, step: Step): Promise<void>
  /** Runs last, with all indexes in place. */
  finish?(client: pg.ClientBase, options: FillOptions): Promise<void>
}

interface Surroundings {
  ownerUrl: string
  stderr: NodeJS.WritableStream
  signal: AbortSignal
}

/** Half of the time goes into rows, half into indexes. */
const ROWS = 0.5
/** Below that, or where others have far more rows, keeping indexes up to date costs less than making them again. */
const WORTH_REBUILDING = 20_000

/**
 * Fill a tenant in one transaction: what was interrupted, however hard, leaves nothing behind and can be started again.
 * While a big one runs nobody else can use its tables, as their indexes are made anew.
 * Throws ConflictError when the tenant has data and is not to be replaced.
 */
export async function fillTenant(
  fill: Fill,
  options: FillOptions,
  { ownerUrl, stderr, signal }: Surroundings,
): Promise<void> {
  const { tenant, count, replace } = options
  const shown = progress(stderr, 1000)
  const show = (share: number, doing: string) => shown.update(Math.floor(share * 1000), doing)
  const fillAll = async (client: pg.ClientBase) => {
    await client.query(SETTINGS)
    await client.query('select pg_advisory_xact_lock(hashtext($1), hashtext($2))', [fill.lock, tenant])
    const isFilled = await hasRows(client, fill.tables, tenant)
    if (isFilled && !replace) {
      throw new ConflictError(`Tenant ${tenant} has data already: name another --tenant, or --replace it.`)
    }
    const rows = async () => {
      if (isFilled) {
        show(0, `removing what tenant ${tenant} had`)
        await fill.clear(client, tenant)
      }
      await fill.insert(client, options, (share, doing) => show(share * ROWS, doing))
    }
    if (await isWorthRebuilding(client, fill.tables[0], count)) {
      await withoutIndexes(client, fill.tables, rows, (share, doing) =>
        show(ROWS + share * (1 - ROWS), doing),
      )
    } else {
      await rows()
      await client.query(`analyze ${fill.tables.join(', ')}`)
    }
    show(0.99, 'finishing')
    await fill.finish?.(client, options)
  }
  try {
    await withOwner(ownerUrl, (_trx, client) => fillAll(client), {
      tenant,
      signal,
      applicationName: `${fill.name}-seed`,
    })
    show(0.99, 'tidying up')
    await vacuum(fill, ownerUrl)
    show(1, 'done')
  } finally {
    shown.stop()
  }
}

/** The connection check makes the server give up soon when this process was killed. */
const SETTINGS = `
  set local client_connection_check_interval = '2s';
  set local maintenance_work_mem = '512MB';
  set local work_mem = '128MB';
  set local jit = off;
  set local synchronous_commit = off`

async function hasRows(client: pg.ClientBase, tables: readonly string[], tenant: string): Promise<boolean> {
  const found = tables.map((table) => `exists (select from ${table} where tenant = $1)`)
  const { rows } = await client.query<{ found: boolean }>(`select ${found.join(' or ')} as found`, [tenant])
  return rows[0]?.found === true
}

/** What every table gets sooner or later: until then no query is answered from an index alone. */
async function vacuum({ name, tables }: Fill, ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: `${name}-seed` })
  await client.connect()
  try {
    await client.query(`vacuum ${tables.join(', ')}`)
  } finally {
    await client.end()
  }
}

async function isWorthRebuilding(client: pg.ClientBase, table: string, count: number): Promise<boolean> {
  const { rows } = await client.query<{ estimated: number }>(
    'select reltuples as estimated from pg_class where oid = $1::regclass',
    [table],
  )
  return count >= WORTH_REBUILDING && count * 4 >= (rows[0]?.estimated ?? 0)
}
