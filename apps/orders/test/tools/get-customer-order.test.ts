import { InsufficientScopeError } from '@atoll/errors'
import { alice, mallory, principal } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrderStatus } from '../../src/model.ts'
import { type Shops, shops, signal, textOf } from '../shops.ts'

const staff = principal({ subject: 'sam', tenant: 'acme', scopes: ['orders:support'] })
let shop: Shops
beforeAll(async () => {
  shop = await shops()
})
afterAll(() => shop?.close())

const call = (args: Record<string, unknown>, as = staff) =>
  shop.server.call('get_customer_order', args, { as })

async function ofAlice(filter: { status?: OrderStatus } = {}) {
  const { items } = await shop.store.orders.list(alice(), filter, { limit: 1 }, { signal })
  if (!items[0]) throw new Error('alice has no orders')
  return items[0]
}

test('shows support staff any customer’s order, by id or number, as its owner sees it', async () => {
  const { id, number } = await ofAlice()
  const own = await shop.server.call('get_order', { id }, { as: alice('orders:read') })
  for (const ref of [id, number]) {
    expect((await call({ id: ref })).structuredContent).toEqual(own.structuredContent)
  }
})

test.each(['partially_refunded', 'refunded'] as const)(
  'shows support staff the refunds of an order that is %s, as its owner sees them',
  async (status) => {
    const { id } = await ofAlice({ status })
    const own = await shop.server.call('get_order', { id }, { as: alice('orders:read') })
    const { structuredContent } = await call({ id })
    expect(structuredContent).toEqual(own.structuredContent)
    expect(structuredContent).toMatchObject({ order: { refunds: [{ reason: expect.any(String) }] } })
  },
)

test('refuses customers', async () => {
  const { id } = await ofAlice()
  await expect(call({ id }, alice('orders:read', 'orders:write'))).rejects.toBeInstanceOf(
    InsufficientScopeError,
  )
})

test('refuses bad input and names the argument', async () => {
  expect(textOf(await call({ order: '1' }))).toMatch(/^INVALID: .*\bid\b.*order/)
})

test('says that an order does not exist', async () => {
  expect(textOf(await call({ id: '99999' }))).toBe('NOT_FOUND: There is no order "99999" that you can see.')
})

test('shows support staff of another tenant nothing', async () => {
  const { id } = await ofAlice()
  expect(textOf(await call({ id }, mallory('orders:support')))).toMatch(/^NOT_FOUND/)
})
