import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, type Database } from '@atoll/database'
import { shopImportCommand } from '@atoll/shop-data'
import { exportNorthwind, NORTHWIND_SQL, principal, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrations } from '../migrations/index.ts'
import { load } from '../src/import/load.ts'
import type { Tables } from '../src/store/tables.ts'
import { ordersStore } from '../src/store.ts'
import { runCommand } from './run-command.ts'

const present = existsSync(NORTHWIND_SQL)
if (!present) console.warn(`Skipping the Northwind tests: there is no ${NORTHWIND_SQL}`)

describe.skipIf(!present)('Northwind, imported from CSV files of a real database', () => {
  let source: TestDatabase
  let target: TestDatabase
  let directory: string
  let database: Database<Tables>
  let store: ReturnType<typeof ordersStore>
  let imported: { stdout: string; stderr: string }
  const support = principal({ subject: 'sam', tenant: 'northwind', scopes: ['orders:support'] })
  const { signal } = new AbortController()

  beforeAll(async () => {
    source = await testDatabase({ name: 'northwind', migrations: {} })
    target = await testDatabase({ name: 'orders', migrations })
    directory = await mkdtemp(join(tmpdir(), 'northwind-'))
    await exportNorthwind({ url: source.ownerUrl, directory })
    imported = await importNorthwind()
    database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'orders-test' })
    store = ordersStore(database)
  })

  afterAll(async () => {
    await database?.close()
    await source?.close()
    await target?.close()
    if (directory) await rm(directory, { recursive: true })
  })

  const importNorthwind = () =>
    runCommand(shopImportCommand(load), ['--tenant', 'northwind', '--dir', directory], target.ownerUrl)

  const summaryOf = async (filter: Parameters<typeof store.support.search>[1]) =>
    (await store.support.search(support, filter, { limit: 1 }, { signal })).summary

  it('says what it imported', () => {
    expect(imported.stdout).toContain('customers.csv: 91 rows, 91 added')
    expect(imported.stdout).toContain('products.csv: 77 rows, 77 added')
    expect(imported.stdout).toContain('orders.csv: 830 rows, 830 added')
    expect(imported.stdout).toContain('order_lines.csv: 2155 rows, 2155 added')
    expect(imported.stdout).toContain('Imported into tenant northwind')
  })

  it('changes nothing the second time, and says so', async () => {
    expect((await importNorthwind()).stdout).toContain('Nothing changed in tenant northwind')
  })

  it('has 830 orders worth 1,265,793.29 as charged and 1,265,793.0395 exactly', async () => {
    expect(await summaryOf({})).toMatchObject({
      count: 830,
      amounts: [{ charged: { minor: 126_579_329, text: '1265793.29 USD' }, exact: '1265793.0395' }],
    })
  })

  it('has 408 orders in 1997 worth 617,085.35 as charged and 617,085.2035 exactly', async () => {
    expect(await summaryOf({ ordered_from: '1997-01-01', ordered_to: '1997-12-31' })).toMatchObject({
      count: 408,
      amounts: [{ charged: { minor: 61_708_535 }, exact: '617085.2035' }],
    })
  })

  it('has 28 orders of customer QUICK, which QUICK sees too', async () => {
    expect(await summaryOf({ customer: 'QUICK' })).toMatchObject({ count: 28 })
    const quick = principal({ subject: 'QUICK', tenant: 'northwind' })
    const own = await store.orders.list(quick, {}, { limit: 100 }, { signal })
    expect(own.items).toHaveLength(28)
  })

  it('has order 10248 with three lines worth 440.00', async () => {
    const order = await store.support.find(support, '10248', { signal })
    expect(order?.lines.map(({ product, charged }) => [product.id, charged.text])).toEqual([
      ['11', '168.00 USD'],
      ['42', '98.00 USD'],
      ['72', '174.00 USD'],
    ])
    expect(order?.totals).toMatchObject({ goods: { text: '440.00 USD' }, goods_exact: '440' })
    expect(order?.customer).toEqual({ id: 'VINET', name: 'Vins et alcools Chevalier' })
  })

  it('keeps accents, and finds a product without them', async () => {
    const { items } = await store.products.search(support, { query: 'cote blaye' }, { limit: 5 }, { signal })
    expect(items).toMatchObject([{ name: 'Côte de Blaye', unit_price: { text: '263.50 USD' } }])
  })

  it('rounds half a cent away from zero', async () => {
    const order = await store.support.find(support, '10264', { signal })
    // 7.70 x 25 x 0.85
    const line = order?.lines.find(({ product }) => product.id === '41')
    expect(line).toMatchObject({ exact: '163.625', charged: { minor: 16_363 }, discount_percent: 15 })
  })
})
