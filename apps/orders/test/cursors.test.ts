import type { Rows } from '@atoll/shop-data'
import { alice, bob, mallory, principal } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { load } from '../src/import/load.ts'
import { EMPTY_ORDER } from './alice.ts'
import { ownShops, type Shops, signal, textOf } from './shops.ts'

const staff = (subject: string) =>
  principal({ subject, tenant: 'acme', scopes: ['orders:support', 'orders:read'] })

let shop: Shops
beforeAll(async () => {
  shop = await ownShops()
})
afterAll(() => shop?.close())

describe.each([
  {
    tool: 'list_my_orders',
    items: 'orders',
    key: 'number',
    me: alice('orders:read'),
    colleague: bob('orders:read'),
    other: { status: 'delivered' },
  },
  {
    tool: 'search_orders',
    items: 'orders',
    key: 'number',
    me: staff('sam'),
    colleague: staff('sue'),
    other: { status: 'delivered' },
  },
  {
    tool: 'search_products',
    items: 'products',
    key: 'id',
    me: alice('orders:read'),
    colleague: bob('orders:read'),
    other: { query: 'desk' },
  },
])('a cursor of $tool', ({ tool, items, key, me, colleague, other }) => {
  const limit = 4
  const call = (args: Record<string, unknown>, as = me) => shop.server.call(tool, { limit, ...args }, { as })
  const pageOf = async (args: Record<string, unknown>) => (await call(args)).structuredContent
  const keysOf = (page: Record<string, unknown>) =>
    (page[items] as Record<string, string>[]).map((item) => item[key])

  test('works for the caller and the query it was made for, and for nothing else', async () => {
    const { next_cursor: cursor } = await pageOf({})
    expect((await call({ cursor })).isError).toBeUndefined()
    const [body, mark] = cursor.split('.')
    const elsewhere = Buffer.from(JSON.stringify(['2000-01-01', 'ord_0'])).toString('base64url')
    for (const [args, as] of [
      [{ cursor }, colleague],
      [{ cursor }, mallory('orders:read', 'orders:support')],
      [{ cursor, ...other }, me],
      [{ cursor: `${elsewhere}.${mark}` }, me],
      [{ cursor: `${body}.${mark.slice(1)}A` }, me],
      [{ cursor: body }, me],
    ] as const) {
      const refused = await call(args, as)
      expect(refused.isError).toBe(true)
      expect(textOf(refused)).toMatch(/^INVALID: cursor: it does not belong to this search/)
    }
  })

  test('is not handed to somebody else with a page that is remembered', async () => {
    expect((await pageOf({})).next_cursor).toBeDefined()
    const { next_cursor: cursor } = (await call({}, colleague)).structuredContent
    if (cursor) expect((await call({ cursor }, colleague)).isError).toBeUndefined()
  })

  test('loses and repeats nothing when rows come in between two pages', async () => {
    const before = await everything(100)
    const seen: unknown[] = []
    let cursor: string | undefined
    for (let page = 1; page === 1 || cursor; page += 1) {
      const got = await pageOf({ ...(cursor && { cursor }) })
      seen.push(...keysOf(got))
      cursor = got.next_cursor
      if (page === 2) await addRows(tool)
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.filter((one) => before.includes(one))).toEqual(before)
    // What belongs behind the place that was reached is found as well.
    expect(seen.length).toBeGreaterThan(before.length)
    expect((await everything(99)).length).toBeGreaterThan(seen.length)
  })

  /** Pages of another size are not those that the cache remembers. */
  async function everything(size: number): Promise<unknown[]> {
    const all: unknown[] = []
    let cursor: string | undefined
    do {
      const page = (await call({ limit: size, ...(cursor && { cursor }) })).structuredContent
      all.push(...keysOf(page))
      cursor = page.next_cursor
    } while (cursor)
    return all
  }
})

/** One row before everything, and one behind it. */
async function addRows(tool: string): Promise<void> {
  const sources = { customers: [], products: [], orders: [], order_lines: [] }
  const [first, last] = [`${tool}-first`, `${tool}-last`]
  if (tool === 'search_products') {
    const products = [product(first, 'A'), product(last, 'Zzz')].map((row, at) => ({ line: at + 1, row }))
    await load({ ownerUrl: shop.ownerUrl, tenant: 'acme', signal, sources: { ...sources, products } })
    return
  }
  const orders = [order(first, '2026-11-19'), order(last, '1999-01-01')].map((row, at) => ({
    line: at + 1,
    row,
  }))
  const order_lines = [first, last].map((order_number, at) => ({
    line: at + 1,
    row: { order_number, line: 1, product_id: 'P-001', unit_price: '1.00', quantity: 1, discount_bp: 0 },
  }))
  await load({
    ownerUrl: shop.ownerUrl,
    tenant: 'acme',
    signal,
    sources: { ...sources, orders, order_lines },
  })
}

function product(id: string, name: string): Rows['products'] {
  return {
    id,
    name,
    search_text: name.toLowerCase(),
    category: null,
    quantity_per_unit: null,
    unit_price_minor: 100,
    currency: 'USD',
    units_in_stock: 1,
    discontinued: false,
  }
}

function order(number: string, ordered_on: string): Rows['orders'] {
  return { ...EMPTY_ORDER, number, status: 'pending', ordered_on, shipping_minor: 0 }
}
