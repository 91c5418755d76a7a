import { randomUUID } from 'node:crypto'
import { InsufficientScopeError } from '@atoll/errors'
import { alice, bob, mallory } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Order, OrderStatus } from '../../src/model.ts'
import { newOrderOfAlice, orderOfAlice } from '../alice.ts'
import { ownShops, type Shops, signal, textOf } from '../shops.ts'

const writer = alice('orders:write')
let shop: Shops
beforeAll(async () => {
  shop = await ownShops()
})
afterAll(() => shop?.close())

const call = (args: Record<string, unknown>, as = writer) => shop.server.call('request_refund', args, { as })

async function again({ id }: Pick<Order, 'id'>): Promise<Order> {
  const order = await shop.store.orders.find(alice(), id, { signal })
  if (!order) throw new Error('The order is gone')
  return order
}

describe('pays back', () => {
  test('the whole order, shipping too', async () => {
    const { id, totals, lines } = await newOrderOfAlice(shop, 'delivered')
    const { structuredContent } = await call({ id, confirm: true, reason: 'Too late' })
    expect(structuredContent).toMatchObject({
      refund: { amount: totals.total, shipping: totals.shipping, reason: 'Too late' },
      order: { id, status: 'refunded', refunded: totals.total },
    })
    expect(structuredContent.refund.lines).toEqual(
      lines.map(({ line, charged }) => ({ line, amount: charged })),
    )
    const after = await again({ id })
    expect(after.refunds).toEqual([structuredContent.refund])
    expect(after.lines.every(({ refunded }) => refunded)).toBe(true)
  })

  test('chosen lines as charged, and then what is left', async () => {
    const { id, totals, lines } = await newOrderOfAlice(shop, 'delivered')
    const [first, second, ...rest] = lines
    const amount = (first?.charged.minor ?? 0) + (second?.charged.minor ?? 0)
    const some = await call({ id, lines: [2, 1, 2], confirm: true })
    expect(some.structuredContent).toMatchObject({
      refund: { amount: { minor: amount }, shipping: { minor: 0 }, lines: [{ line: 1 }, { line: 2 }] },
      order: { status: 'partially_refunded', refunded: { minor: amount } },
    })
    const left = await call({ id, confirm: true })
    expect(left.structuredContent).toMatchObject({
      refund: { amount: { minor: totals.total.minor - amount }, shipping: totals.shipping },
      order: { status: 'refunded', refunded: totals.total },
    })
    expect(left.structuredContent.refund.lines).toHaveLength(rest.length)
  })

  test('all lines one by one, then the shipping, and not a cent more', async () => {
    const { id, totals, lines } = await newOrderOfAlice(shop, 'delivered')
    expect(totals.shipping.minor).toBeGreaterThan(0)
    for (const { line } of lines) await call({ id, lines: [line], confirm: true })
    expect(await again({ id })).toMatchObject({
      status: 'partially_refunded',
      totals: { refunded: totals.goods },
    })
    const last = await call({ id, confirm: true })
    expect(last.structuredContent).toMatchObject({
      refund: { amount: totals.shipping, lines: [] },
      order: { status: 'refunded', refunded: totals.total },
    })
    expect(textOf(await call({ id, confirm: true, reason: 'More' }))).toMatch(
      /^CONFLICT: .* is refunded.* paid back already/,
    )
  })
})

describe('never pays back more than was paid', () => {
  test('to requests for the whole order at the same moment', async () => {
    const { id, totals } = await newOrderOfAlice(shop, 'delivered')
    const results = await Promise.all(
      Array.from({ length: 6 }, () => call({ id, confirm: true, idempotency_key: randomUUID() })),
    )
    const refused = results.filter(({ isError }) => isError)
    expect(refused).toHaveLength(5)
    for (const result of refused) expect(textOf(result)).toMatch(/^CONFLICT/)
    expect((await again({ id })).totals.refunded).toEqual(totals.total)
  })

  test('to requests for single lines at the same moment', async () => {
    const { id, totals, lines } = await newOrderOfAlice(shop, 'delivered')
    const twice = [...lines, ...lines].map(({ line }) =>
      call({ id, lines: [line], confirm: true, idempotency_key: randomUUID() }),
    )
    const results = await Promise.all(twice)
    expect(results.filter(({ isError }) => !isError)).toHaveLength(lines.length)
    expect((await again({ id })).totals.refunded).toEqual(totals.goods)
  })

  test('for a line that was refunded before', async () => {
    const { id, number } = await orderOfAlice(shop, 'partially_refunded')
    expect(textOf(await call({ id, lines: [1], confirm: true }))).toBe(
      `CONFLICT: Line 1 of order ${number} was already refunded.`,
    )
  })

  test('whatever a statement tries: the database refuses', async () => {
    const { id, totals } = await newOrderOfAlice(shop, 'delivered')
    const attempt = shop.database.inTenant(alice(), (trx) =>
      trx
        .updateTable('orders')
        .set({ refunded_minor: totals.total.minor + 1 })
        .where('id', '=', id)
        .execute(),
    )
    await expect(attempt).rejects.toThrow(/never_more_than_was_paid/)
  })
})

describe('acts once', () => {
  test('for a key used many times at the same moment, and answers all the same', async () => {
    const { id } = await newOrderOfAlice(shop, 'delivered')
    const args = { id, lines: [1], confirm: true, idempotency_key: randomUUID() }
    const results = await Promise.all(Array.from({ length: 6 }, () => call(args)))
    for (const result of results) expect(result.structuredContent).toEqual(results[0]?.structuredContent)
    expect((await again({ id })).refunds).toHaveLength(1)
    expect((await call(args)).structuredContent).toEqual(results[0]?.structuredContent)
  })

  test('for the same request without a key', async () => {
    const { id } = await newOrderOfAlice(shop, 'delivered')
    const first = await call({ id, lines: [1, 2], confirm: true })
    const second = await call({ id, lines: [2, 1], confirm: true })
    expect(second.structuredContent).toEqual(first.structuredContent)
    expect((await again({ id })).refunds).toHaveLength(1)
  })

  test('and refuses the key for another request', async () => {
    const { id } = await newOrderOfAlice(shop, 'delivered')
    const idempotency_key = randomUUID()
    await call({ id, lines: [1], confirm: true, idempotency_key })
    expect(textOf(await call({ id, lines: [2], confirm: true, idempotency_key }))).toMatch(
      /^CONFLICT: idempotency_key/,
    )
    expect((await again({ id })).refunds).toHaveLength(1)
  })
})

test('asks first, naming the amount', async () => {
  const { id, number, totals, lines } = await newOrderOfAlice(shop, 'delivered')
  const asked: string[] = []
  const answer = (_key: string, request: { params?: Record<string, unknown> }) => {
    asked.push(String(request.params?.message))
    return { action: 'decline' }
  }
  await shop.server.call('request_refund', { id }, { as: writer, answer })
  await shop.server.call('request_refund', { id, lines: [2] }, { as: writer, answer })
  expect(asked).toEqual([
    `Refund ${totals.total.text} for order ${number}? This cannot be undone.`,
    `Refund ${lines[1]?.charged.text} for line 2 of order ${number}? This cannot be undone.`,
  ])
  expect(textOf(await call({ id }))).toMatch(/call again with confirm: true/)
  expect((await again({ id })).refunds).toEqual([])
})

test.each(['pending', 'processing', 'shipped', 'refunded', 'cancelled'] as OrderStatus[])(
  'refuses a %s order and says what to do instead',
  async (status) => {
    const { id, number } = await orderOfAlice(shop, status)
    expect(textOf(await call({ id, confirm: true }))).toContain(
      `CONFLICT: Order ${number} is ${status}; only delivered orders can be refunded. `,
    )
    expect((await again({ id })).status).toBe(status)
  },
)

test('refuses a caller without orders:write', async () => {
  const { id } = await newOrderOfAlice(shop, 'delivered')
  await expect(call({ id, confirm: true }, alice('orders:read'))).rejects.toBeInstanceOf(
    InsufficientScopeError,
  )
})

test('refuses bad input and names the argument', async () => {
  const { id, number, lines } = await newOrderOfAlice(shop, 'delivered')
  for (const bad of [[], [0], [1.5], ['1']]) {
    expect(textOf(await call({ id, lines: bad, confirm: true }))).toMatch(/^INVALID: .*\blines\b/)
  }
  expect(textOf(await call({ id, lines: [99], confirm: true }))).toBe(
    `INVALID: Order ${number} has no line 99. Its lines are ${lines.map(({ line }) => line).join(', ')}.`,
  )
})

test('says that an order does not exist, to its neighbours too', async () => {
  const { id } = await newOrderOfAlice(shop, 'delivered')
  expect(textOf(await call({ id: '99999', confirm: true }))).toMatch(/^NOT_FOUND/)
  for (const as of [bob('orders:write', 'orders:support'), mallory('orders:write', 'orders:support')]) {
    expect(textOf(await call({ id, confirm: true }, as))).toMatch(/^NOT_FOUND/)
  }
  expect((await again({ id })).refunds).toEqual([])
})
