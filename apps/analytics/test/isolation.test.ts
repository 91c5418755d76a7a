import { createDatabase } from '@atoll/database'
import { testDatabase } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../migrations/index.ts'
import { checkRole } from '../src/store/check-role.ts'
import type { Tables } from '../src/store/tables.ts'
import { analyst, type FiguresServer, figuresServer, signal } from './figures-server.ts'

const TABLES = [
  'customers',
  'products',
  'regions',
  'sales',
  'sales_orders',
  'loads',
  'sales_daily',
  'sales_daily_category',
  'sales_daily_product',
  'sales_daily_region',
  'sales_monthly_product',
  'sales_monthly_region_category',
  'sales_yearly_customer',
  'sales_customer',
  'sales_cohorts',
]
const VIEWS = ['order_figures', 'line_figures']

let figures: FiguresServer
let app: pg.Client
beforeAll(async () => {
  figures = await figuresServer()
  app = new pg.Client({ connectionString: figures.appUrl })
  await app.connect()
})
afterAll(async () => {
  await app?.end()
  await figures?.close()
})

const as = (tenant: string) => app.query(`select set_config('app.tenant', $1, false)`, [tenant])
const count = async (table: string) =>
  (await app.query(`select count(*)::integer as n from ${table}`)).rows[0].n

test('every table of the schema is looked at here', async () => {
  const { rows } = await app.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`,
  )
  expect(rows.map(({ name }) => name).sort()).toEqual([...TABLES, ...VIEWS, 'dates'].sort())
})

describe('the app’s role, writing SQL of its own,', () => {
  test.each([...TABLES, ...VIEWS])('sees in %s the rows of the transaction’s tenant alone', async (table) => {
    await as('')
    expect(await count(table)).toBe(0)
    await as('acme')
    expect(await count(table)).toBeGreaterThan(0)
    const { rows } = await app.query(`select distinct tenant from ${table} where tenant = 'globex' or true`)
    expect(rows).toEqual([{ tenant: 'acme' }])
  })

  test.each([...TABLES, ...VIEWS, 'dates'])('changes nothing of %s', async (table) => {
    await as('acme')
    for (const statement of [
      `delete from ${table}`,
      `truncate ${table}`,
      `insert into ${table} default values`,
    ])
      await expect(app.query(statement)).rejects.toThrow(/permission denied|is not a table/)
    const [column] = (await app.query(`select * from ${table} limit 0`)).fields
    await expect(app.query(`update ${table} set ${column?.name} = null`)).rejects.toThrow(
      /permission denied|is not a table/,
    )
  })

  test('cannot rebuild sums, say that something changed, or change the schema', async () => {
    await as('acme')
    for (const statement of [
      `select rebuild_rollups('acme')`,
      `select advance_revision('acme')`,
      'create table stolen (id text)',
      'create temporary table stolen (id text)',
      'alter table sales disable row level security',
      'drop policy tenant on sales',
      'set role analytics_owner',
    ])
      await expect(app.query(statement)).rejects.toThrow(/permission denied|must be owner|does not exist/)
  })
})

describe('the check of the role', () => {
  test('is content with one that only reads', async () => {
    await expect(checkRole(figures.database, signal)).resolves.toBeUndefined()
  })

  test('refuses one that may write, until migrate takes it away', async () => {
    const writable = await testDatabase({ name: 'analytics-writable', migrations })
    const database = createDatabase<Tables>({ url: writable.appUrl, applicationName: 'analytics-test' })
    try {
      await expect(checkRole(database, signal)).rejects.toThrow(/The database role may change customers/)
    } finally {
      await database.close()
      await writable.close()
    }
  })
})

test('a transaction of the store refuses writes, whatever the role may do', async () => {
  const writing = figures.database.inTenant(
    analyst(),
    (trx) => trx.insertInto('loads').values({ tenant: 'acme', revision: 1, loaded_at: new Date() }).execute(),
    { signal, readOnly: true },
  )
  await expect(writing).rejects.toThrow(/read-only transaction|permission denied/)
})

test.each([
  ['sales_orders_by_day', `select * from order_figures where tenant = 'acme' and day = '2026-01-05'`],
  [
    'sales_orders_by_customer',
    `select * from order_figures where tenant = 'acme' and customer_id = 'C-0007'`,
  ],
  ['sales_by_day', `select * from line_figures where tenant = 'acme' and day = '2026-01-05'`],
])('the index %s serves under row-level security', async (index, statement) => {
  await as('acme')
  // The tables of a test are too small for an index to be worth it.
  await app.query('set enable_seqscan = off')
  const { rows } = await app.query<{ 'QUERY PLAN': string }>(`explain ${statement}`)
  await app.query('reset enable_seqscan')
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(new RegExp(`(on|using) ${index}\\b`))
})
