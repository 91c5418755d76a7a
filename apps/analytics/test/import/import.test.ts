import { InvalidError } from '@atoll/errors'
import { shopImportCommand } from '@atoll/shop-data'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { load } from '../../src/import/load.ts'
import { analyst, type FiguresServer, ownFiguresServer } from '../figures-server.ts'
import { runCommand } from '../run-command.ts'
import { type Files, folder, GOOD } from './folder.ts'

const ROLLUPS = [
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

let figures: FiguresServer
let owner: pg.Client
beforeAll(async () => {
  figures = await ownFiguresServer()
  owner = new pg.Client({ connectionString: figures.ownerUrl })
  await owner.connect()
})
afterAll(async () => {
  await owner?.end()
  await figures?.close()
})

/** As another process does: what it tells the server, it tells through the database. */
async function run(tenant: string, files: Files): Promise<string> {
  await using at = await folder(files)
  const args = ['--tenant', tenant, '--dir', at.path]
  return (await runCommand(shopImportCommand(load), args, figures.ownerUrl)).stdout
}

/** The good files with one of them changed. */
const but = (name: keyof Files, from: string, to: string): Files => {
  expect(GOOD[name]).toContain(from)
  return { ...GOOD, [name]: GOOD[name].replace(from, to) }
}

const query = async (tenant: string, args: Record<string, unknown>) => {
  const result = await figures.server.call('query_metric', args, { as: analyst(tenant) })
  expect(result.isError, JSON.stringify(result.content)).toBeUndefined()
  return result.structuredContent.rows
}

async function rollupsOf(tenant: string): Promise<unknown[]> {
  await owner.query(`select set_config('app.tenant', $1, false)`, [tenant])
  const all: unknown[] = []
  for (const name of ROLLUPS)
    all.push([name, (await owner.query(`select * from ${name} t order by t::text`)).rows])
  return all
}

/** What the rollups are when they are made of all facts at once. */
async function rebuilt(tenant: string): Promise<unknown[]> {
  await owner.query(`select set_config('app.tenant', $1, false)`, [tenant])
  await owner.query('begin')
  try {
    await owner.query('select rebuild_rollups($1)', [tenant])
    return await rollupsOf(tenant)
  } finally {
    await owner.query('rollback')
  }
}

describe('an import', () => {
  test('brings exact figures, each currency on its own, without what was cancelled', async () => {
    expect((await run('exact', GOOD)).split('\n')).toEqual([
      'customers.csv: 2 rows, 2 added, 0 changed, 0 as before',
      'products.csv: 3 rows, 3 added, 0 changed, 0 as before',
      'orders.csv: 4 rows, 4 added, 0 changed, 0 as before',
      'order_lines.csv: 6 rows, 6 added, 0 changed, 0 as before',
      'Imported into tenant exact',
      '',
    ])
    // 168 + 147.9 + 17.9982 and 1.955, rounded once: 335.8532
    expect(await query('exact', { metric: 'revenue', order: { by: 'currency', direction: 'asc' } })).toEqual([
      { currency: 'JPY', revenue: 316 },
      { currency: 'USD', revenue: 335.85 },
    ])
    expect(
      await query('exact', { metric: 'shipping', filters: [{ dimension: 'currency', values: ['USD'] }] }),
    ).toEqual([{ currency: 'USD', shipping: 32.38 }])
    expect(await query('exact', { metric: 'orders' })).toEqual([{ orders: 3 }])
    expect(await query('exact', { metric: 'cancelled_revenue' })).toContainEqual({
      currency: 'USD',
      cancelled_revenue: 10,
    })
    expect(await query('exact', { metric: 'orders', dimensions: ['category'] })).toEqual([
      { category: 'Cheese', orders: 2 },
      { category: 'Drinks', orders: 2 },
    ])
  })

  test('takes orders that were never shipped and have no country', async () => {
    await run('places', GOOD)
    expect(await query('places', { metric: 'orders', dimensions: ['country', 'city'] })).toEqual([
      { country: 'France', city: 'Reims', orders: 1 },
      { country: 'Germany', city: 'Cunewalde', orders: 1 },
      { country: null, city: null, orders: 1 },
    ])
  })

  test('takes the day of the order as it is written, whatever the time zone', async () => {
    await run('days', but('orders.csv', '1996-07-31,', '1996-07-31 23:59:59.999,'))
    const periods = await query('days', { metric: 'orders', grain: 'month' })
    expect(periods).toEqual([
      { period: '1996-07-01', orders: 2 },
      { period: '1996-08-01', orders: 0 },
      { period: '1997-01-01', orders: 1 },
    ])
  })

  test('of the same files changes nothing, not even the revision', async () => {
    await run('same', GOOD)
    const before = await figures.deps.coverage.revision(analyst('same'), {
      signal: new AbortController().signal,
    })
    expect(await run('same', GOOD)).toContain('Nothing changed in tenant same')
    expect(
      await figures.deps.coverage.revision(analyst('same'), { signal: new AbortController().signal }),
    ).toBe(before)
  })

  test('that fails leaves everything as it was', async () => {
    await run('failed', GOOD)
    const before = await rollupsOf('failed')
    const bad = but('order_lines.csv', '2,11,1.15,2,0.15', '2,99,1.15,2,0.15')
    await expect(run('failed', bad)).rejects.toThrow(InvalidError)
    await expect(run('failed', bad)).rejects.toThrow('order_lines.csv:5: there is no product 99')
    expect(await rollupsOf('failed')).toEqual(before)
  })

  test('stays within its tenant', async () => {
    const before = await rollupsOf('acme')
    await run('apart', GOOD)
    expect(await rollupsOf('acme')).toEqual(before)
    expect(await query('nobody', { metric: 'orders' })).toEqual([{ orders: 0 }])
  })
})

describe('an import of changes keeps every sum as if all were made anew', () => {
  test.each([
    ['a price', 'order_lines.csv', '1,11,14.00', '1,11,15.00'],
    ['a line that is gone', 'order_lines.csv', '1,72,34.80,5,0.15\n', ''],
    ['a line more', 'order_lines.csv', '2,11,1.15,2,0.15\n', '2,11,1.15,2,0.15\n2,1,5,1,0\n'],
    ['another product', 'order_lines.csv', '2,11,', '2,72,'],
    ['an earlier day', 'orders.csv', '2,QUICK,1996-07-31', '2,QUICK,1995-12-31'],
    ['a later day', 'orders.csv', '1,VINET,1996-07-04', '1,VINET,1998-02-28'],
    ['another customer', 'orders.csv', '1,VINET', '1,QUICK'],
    ['another place', 'orders.csv', 'France,Reims', 'Spain,Madrid'],
    ['another currency', 'orders.csv', ',JPY,', ',EUR,'],
    ['a cancellation', 'orders.csv', '32.38,,USD', '32.38,cancelled,USD'],
    ['an order that was not cancelled after all', 'orders.csv', '5,cancelled', '5,'],
    ['shipping', 'orders.csv', '32.38', '32.39'],
    ['a category', 'products.csv', 'Mozzarella,34.8,Cheese', 'Mozzarella,34.8,Drinks'],
    ['no category', 'products.csv', 'Queso,21.00,Cheese', 'Queso,21.00,'],
  ] as const)('%s', async (what, name, from, to) => {
    const tenant = what.replaceAll(' ', '-')
    await run(tenant, GOOD)
    const before = await rollupsOf(tenant)
    await run(tenant, but(name, from, to))
    const after = await rollupsOf(tenant)
    expect(after).not.toEqual(before)
    expect(after).toEqual(await rebuilt(tenant))
    await run(tenant, GOOD)
    expect(await rollupsOf(tenant)).toEqual(before)
  })
})

describe('cached answers', () => {
  test('are those of before until an import, and of after from then on', async () => {
    const revenue = () =>
      query('cached', { metric: 'revenue', filters: [{ dimension: 'currency', values: ['USD'] }] })
    await run('cached', GOOD)
    expect(await revenue()).toEqual([{ currency: 'USD', revenue: 335.85 }])
    // Behind the back of everybody: nothing says that it happened.
    await owner.query(`select set_config('app.tenant', 'cached', false)`)
    await owner.query(`update sales_daily set revenue = 1 where day = '1996-07-04'`)
    expect(await revenue()).toEqual([{ currency: 'USD', revenue: 335.85 }])
    await run('cached', but('order_lines.csv', '1,11,14.00', '1,11,15.00'))
    expect(await revenue()).toEqual([{ currency: 'USD', revenue: 347.85 }])
  })

  test('show a new name of a customer, though no figure changed', async () => {
    const names = () => query('renamed', { metric: 'orders', dimensions: ['customer'] })
    await run('renamed', GOOD)
    expect(await names()).toContainEqual({ customer: 'QUICK', customer_name: 'QUICK-Stop', orders: 1 })
    await run('renamed', but('customers.csv', 'QUICK-Stop', 'Quick & Co'))
    expect(await names()).toContainEqual({ customer: 'QUICK', customer_name: 'Quick & Co', orders: 1 })
  })
})
