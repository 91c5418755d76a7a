import { InsufficientScopeError } from '@atoll/errors'
import { alice, bob, mallory, principal } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrderSummary } from '../../src/model.ts'
import { type Shops, shops, textOf } from '../shops.ts'

const reader = alice('orders:read')
let shop: Shops
beforeAll(async () => {
  shop = await shops()
})
afterAll(() => shop?.close())

const call = (args: Record<string, unknown>, as = reader) => shop.server.call('list_my_orders', args, { as })
const list = async (args: Record<string, unknown>, as = reader): Promise<OrderSummary[]> =>
  (await call(args, as)).structuredContent.orders

describe('lists the caller’s own orders', () => {
  test('newest first, with totals that add up', async () => {
    const orders = await list({})
    const statuses = orders.map(({ status }) => status)
    const counts = Object.fromEntries(
      statuses.map((status) => [status, statuses.filter((s) => s === status).length]),
    )
    expect(counts).toEqual({
      pending: 2,
      processing: 2,
      shipped: 2,
      delivered: 4,
      partially_refunded: 1,
      refunded: 1,
      cancelled: 1,
    })
    const days = orders.map(({ ordered_on }) => ordered_on)
    expect(days).toEqual(days.toSorted().toReversed())
    for (const { goods, shipping, total } of orders) {
      expect(total.minor).toBe(goods.minor + shipping.minor)
      expect(total.text).toBe(`${(total.minor / 100).toFixed(2)} USD`)
    }
  })

  test('by status', async () => {
    const orders = await list({ status: 'pending' })
    expect(orders.map(({ status }) => status)).toEqual(['pending', 'pending'])
  })

  test('between two days, both included', async () => {
    const [newest, next] = await list({})
    const range = { ordered_from: next?.ordered_on, ordered_to: newest?.ordered_on }
    expect((await list(range)).map(({ id }) => id)).toEqual([newest?.id, next?.id])
    expect(await list({ ordered_from: '2030-01-01' })).toEqual([])
  })

  test('and none for a caller who is no customer', async () => {
    expect(
      await list({}, principal({ subject: 'stranger', tenant: 'acme', scopes: ['orders:read'] })),
    ).toEqual([])
  })

  test('even for support staff', async () => {
    expect(await list({}, alice('orders:read', 'orders:support'))).toHaveLength(13)
  })
})

describe('pages', () => {
  test('visit every order once', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { structuredContent } = await call({ limit: 3, ...(cursor && { cursor }) })
      expect(structuredContent.orders.length).toBeLessThanOrEqual(3)
      seen.push(...structuredContent.orders.map(({ id }: OrderSummary) => id))
      cursor = structuredContent.next_cursor
    } while (cursor)
    expect(seen).toEqual((await list({ limit: 100 })).map(({ id }) => id))
  })

  test('belong to one caller and one listing', async () => {
    const { next_cursor } = (await call({ limit: 2 })).structuredContent
    for (const [args, as] of [
      [{ limit: 2, status: 'pending', cursor: next_cursor }, reader],
      [{ limit: 2, cursor: next_cursor }, bob('orders:read')],
      [{ limit: 2, cursor: next_cursor }, mallory('orders:read')],
      [{ limit: 2, cursor: `x${next_cursor}` }, reader],
    ] as const) {
      const refused = await call(args, as)
      expect(refused.isError).toBe(true)
      expect(textOf(refused)).toMatch(/^INVALID: cursor: it does not belong to this search/)
    }
  })
})

test('refuses a caller without orders:read', async () => {
  await expect(call({}, alice('hr:read', 'orders:write'))).rejects.toBeInstanceOf(InsufficientScopeError)
})

test.each([
  [{ status: 'lost' }, 'status'],
  [{ ordered_from: '1997-02-30' }, 'ordered_from'],
  [{ limit: 0 }, 'limit'],
  [{ cursor: 'a\u0000' }, 'cursor'],
  [{ customer: 'C-0002' }, 'customer'],
])('refuses %j and names the argument', async (args, name) => {
  const result = await call(args)
  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain(name)
})

test('says what is wrong with a range that ends before it begins', async () => {
  expect(textOf(await call({ ordered_from: '2026-02-01', ordered_to: '2026-01-01' }))).toBe(
    'INVALID: ordered_from (2026-02-01) is after ordered_to (2026-01-01). Swap them.',
  )
})

test('answers each tenant from its own orders', async () => {
  const theirs = await list({}, mallory('orders:read'))
  expect(theirs).toHaveLength(2)
  for (const { total } of theirs) expect(total.currency).toBe('EUR')
  // The same subject in another tenant is another person.
  expect(await list({}, principal({ subject: 'alice', tenant: 'globex', scopes: ['orders:read'] }))).toEqual(
    [],
  )
})
