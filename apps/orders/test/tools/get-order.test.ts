import { InsufficientScopeError } from '@atoll/errors'
import { alice, bob, mallory } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Order, OrderStatus, OrderSummary } from '../../src/model.ts'
import { type Shops, shops, signal, textOf } from '../shops.ts'

const reader = alice('orders:read')
let shop: Shops
beforeAll(async () => {
  shop = await shops()
})
afterAll(() => shop?.close())

const call = (args: Record<string, unknown>, as = reader) => shop.server.call('get_order', args, { as })
const get = async (id: string): Promise<Order> => (await call({ id })).structuredContent.order

async function mine(status: OrderStatus): Promise<OrderSummary> {
  const { items } = await shop.store.orders.list(reader, { status }, { limit: 1 }, { signal })
  if (!items[0]) throw new Error(`alice has no ${status} order`)
  return items[0]
}

test('shows lines, totals, addresses and shipment', async () => {
  const { id } = await mine('delivered')
  const order = await get(id)
  expect(order).toMatchObject({
    id,
    status: 'delivered',
    customer: { name: 'Alice Andersson' },
    addresses: { shipping: { name: 'Alice Andersson' }, billing: { name: 'Alice Andersson' } },
    shipment: { carrier: expect.any(String), tracking_number: expect.stringMatching(/^TRK\d{9}$/) },
    refunds: [],
    cancellation: null,
    actions: ['request_refund'],
  })
  expect(order.lines).toHaveLength(order.line_count)
  expect(order.totals.goods.minor).toBe(order.lines.reduce((sum, { charged }) => sum + charged.minor, 0))
  expect(order.totals.total.minor).toBe(order.totals.goods.minor + order.totals.shipping.minor)
  expect(order.shipment.delivered_on).toBeTruthy()
})

test('charges each line its price x quantity x (1 - discount), rounded to the cent', async () => {
  for (const { unit_price, quantity, discount_percent, charged, exact } of (
    await get((await mine('delivered')).id)
  ).lines) {
    const exactMinor = (unit_price.minor * quantity * (100 - discount_percent)) / 100
    expect(Number(exact) * 100).toBeCloseTo(exactMinor, 6)
    expect(charged.minor).toBe(Math.floor(exactMinor + 0.5))
  }
})

test('finds an order by its number too', async () => {
  const { id, number } = await mine('pending')
  expect((await get(number)).id).toBe(id)
})

test('says what its owner may do with it now', async () => {
  const actions = async (status: OrderStatus) => (await get((await mine(status)).id)).actions
  expect(await actions('pending')).toEqual(['cancel_order'])
  expect(await actions('processing')).toEqual(['cancel_order'])
  expect(await actions('shipped')).toEqual([])
  expect(await actions('partially_refunded')).toEqual(['request_refund'])
  expect(await actions('refunded')).toEqual([])
  expect(await actions('cancelled')).toEqual([])
})

test('shows refunds and a cancellation with their reasons', async () => {
  const partly = await get((await mine('partially_refunded')).id)
  const [first] = partly.lines
  expect(partly.refunds).toMatchObject([
    { amount: first?.charged, lines: [{ line: 1, amount: first?.charged }], reason: 'One item was damaged' },
  ])
  expect(partly.lines.map(({ refunded }) => refunded)).toEqual(partly.lines.map(({ line }) => line === 1))
  expect(partly.totals.refunded).toEqual(first?.charged)
  const wholly = await get((await mine('refunded')).id)
  expect(wholly.totals.refunded).toEqual(wholly.totals.total)
  const cancelled = await get((await mine('cancelled')).id)
  expect(cancelled.cancellation).toMatchObject({ reason: 'Ordered by mistake' })
})

test('refuses a caller without orders:read', async () => {
  await expect(call({ id: '50486' }, alice('orders:support'))).rejects.toBeInstanceOf(InsufficientScopeError)
})

test.each([[{}], [{ id: '' }], [{ id: 'ord_\u0000' }], [{ id: 7 }], [{ id: 'x'.repeat(61) }]])(
  'refuses %j and names the argument',
  async (args) => {
    const result = await call(args)
    expect(result.isError).toBe(true)
    expect(textOf(result)).toMatch(/^INVALID: .*\bid\b/)
  },
)

test('says that an order does not exist', async () => {
  for (const id of ['ord_000000000000000000000000', '99999']) {
    expect(textOf(await call({ id }))).toBe(`NOT_FOUND: There is no order "${id}" that you can see.`)
  }
})

test('shows nobody an order of somebody else, by id or by number', async () => {
  const { id, number } = await mine('delivered')
  for (const as of [
    bob('orders:read'),
    bob('orders:read', 'orders:support'),
    mallory('orders:read', 'orders:support'),
  ]) {
    for (const ref of [id, number]) {
      const text = textOf(await call({ id: ref }, as))
      // Numbers repeat between tenants: another tenant's own order may carry the same one.
      expect(text).toBe(`NOT_FOUND: There is no order "${ref}" that you can see.`)
    }
  }
})
