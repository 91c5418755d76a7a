import { InsufficientScopeError } from '@atoll/errors'
import { acme, generate } from '@atoll/shop-data'
import { alice, mallory, principal } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FoundOrder } from '../../src/model.ts'
import { type Shops, shops, textOf } from '../shops.ts'

const staff = principal({ subject: 'sam', tenant: 'acme', scopes: ['orders:support'] })
const made = generate(acme).orders
let shop: Shops
beforeAll(async () => {
  shop = await shops()
})
afterAll(() => shop?.close())

const call = (args: Record<string, unknown>, as = staff) => shop.server.call('search_orders', args, { as })
const search = async (args: Record<string, unknown>, as = staff) => (await call(args, as)).structuredContent

describe('counts and adds up every match', () => {
  test('whatever is on the page', async () => {
    const { orders, summary } = await search({ limit: 1 })
    expect(orders).toHaveLength(1)
    expect(summary.count).toBe(made.length)
    const counts = summary.by_status.map(({ count }: { count: number }) => count)
    expect(counts.reduce((sum: number, count: number) => sum + count)).toBe(made.length)
  })

  test('with the sums of the lines, rounded and exact', async () => {
    const { orders, summary } = await search({ customer: 'C-0001', limit: 100 })
    expect(summary.count).toBe(13)
    const goods = orders.reduce((sum: number, order: FoundOrder) => sum + order.goods.minor, 0)
    expect(summary.amounts).toEqual([
      {
        charged: { minor: goods, currency: 'USD', text: `${(goods / 100).toFixed(2)} USD` },
        exact: expect.stringMatching(/^\d+(\.\d+)?$/),
      },
    ])
    expect(Math.abs(Number(summary.amounts[0].exact) * 100 - goods)).toBeLessThan(40)
  })

  test('and says zero when nothing matches', async () => {
    expect(await search({ customer: 'nobody' })).toEqual({
      orders: [],
      summary: { count: 0, by_status: [], amounts: [] },
    })
  })
})

describe('finds orders', () => {
  test('by number', async () => {
    const { orders } = await search({ number: '50001' })
    const row = made.find(({ number }) => number === '50001')
    expect(orders).toMatchObject([{ number: '50001', customer: { id: row?.customer_id } }])
  })

  test('by status and date', async () => {
    const { orders, summary } = await search({
      status: 'delivered',
      ordered_from: '2025-12-01',
      ordered_to: '2026-01-31',
      limit: 100,
    })
    expect(orders.length).toBeGreaterThan(10)
    expect(summary).toMatchObject({
      count: orders.length,
      by_status: [{ status: 'delivered', count: orders.length }],
    })
    for (const { status, ordered_on } of orders as FoundOrder[]) {
      expect(status).toBe('delivered')
      expect(ordered_on >= '2025-12-01' && ordered_on <= '2026-01-31').toBe(true)
    }
  })

  test('page by page, each once, with the summary on the first page alone', async () => {
    const seen: string[] = []
    const summaries: unknown[] = []
    let cursor: string | undefined
    do {
      const page = await search({ limit: 100, ...(cursor && { cursor }) })
      seen.push(...page.orders.map(({ number }: FoundOrder) => number))
      summaries.push(page.summary)
      cursor = page.next_cursor
    } while (cursor)
    expect(seen.toSorted()).toEqual(made.map(({ number }) => number).toSorted())
    expect(summaries.map((summary) => summary !== undefined)).toEqual([
      true,
      ...summaries.slice(1).map(() => false),
    ])
  })
})

test('refuses customers', async () => {
  await expect(call({}, alice('orders:read', 'orders:write'))).rejects.toBeInstanceOf(InsufficientScopeError)
})

test.each([
  [{ customer: '' }, 'customer'],
  [{ status: 'done' }, 'status'],
  [{ ordered_to: 'yesterday' }, 'ordered_to'],
  [{ tenant: 'globex' }, 'tenant'],
])('refuses %j and names the argument', async (args, name) => {
  const result = await call(args)
  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain(name)
})

test('answers each tenant from its own orders', async () => {
  const { orders, summary } = await search({ limit: 100 }, mallory('orders:support'))
  expect(summary.count).toBe(142)
  expect(summary.amounts).toMatchObject([{ charged: { currency: 'EUR' } }])
  for (const { total } of orders) expect(total.currency).toBe('EUR')
})
