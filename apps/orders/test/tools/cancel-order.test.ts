import { randomUUID } from 'node:crypto'
import { InsufficientScopeError } from '@atoll/errors'
import { alice, bob, mallory } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Order, OrderStatus } from '../../src/model.ts'
import { newOrderOfAlice, orderOfAlice } from '../alice.ts'
import { ownShops, type Shops, signal, textOf } from '../shops.ts'

const writer = alice('orders:read', 'orders:write')
let shop: Shops
beforeAll(async () => {
  shop = await ownShops()
})
afterAll(() => shop?.close())

const call = (args: Record<string, unknown>, as = writer) => shop.server.call('cancel_order', args, { as })
const statusOf = async ({ id }: Pick<Order, 'id'>) =>
  (await shop.store.orders.find(alice(), id, { signal }))?.status

test('cancels a pending and a processing order, and says when and why', async () => {
  for (const status of ['pending', 'processing'] as const) {
    const { id } = await newOrderOfAlice(shop, status)
    const before = await shop.server.call('get_order', { id }, { as: writer })
    expect(before.structuredContent.order.status).toBe(status)
    const result = await call({ id, confirm: true, reason: 'Found it cheaper' })
    expect(result.structuredContent).toMatchObject({
      order: { id, status: 'cancelled' },
      reason: 'Found it cheaper',
    })
    // Not the cached answer of before.
    const after = await shop.server.call('get_order', { id }, { as: writer })
    expect(after.structuredContent.order).toMatchObject({
      status: 'cancelled',
      cancellation: { cancelled_at: result.structuredContent.cancelled_at, reason: 'Found it cheaper' },
      actions: [],
    })
  }
})

describe('asks first', () => {
  test('a client that can answer, and does what it says', async () => {
    const { id, number, totals } = await newOrderOfAlice(shop, 'pending')
    const asked: string[] = []
    const answering = (confirm: boolean) => ({
      as: writer,
      answer: (_key: string, request: { params?: Record<string, unknown> }) => {
        asked.push(String(request.params?.message))
        return { action: 'accept', content: { confirm } }
      },
    })
    const declined = await shop.server.call('cancel_order', { id }, answering(false))
    expect(textOf(declined)).toBe('CONFLICT: The person did not agree; nothing was done.')
    expect(await statusOf({ id })).toBe('pending')
    const agreed = await shop.server.call('cancel_order', { id }, answering(true))
    expect(agreed.structuredContent).toMatchObject({ order: { status: 'cancelled' } })
    expect(asked).toHaveLength(2)
    expect(asked[0]).toMatch(new RegExp(`^Cancel order ${number} of .* worth ${totals.total.text}\\?`))
  })

  test('and tells a client that cannot answer to send confirm', async () => {
    const { id } = await newOrderOfAlice(shop, 'pending')
    expect(textOf(await call({ id }))).toMatch(/^INVALID: Cancel order .* call again with confirm: true/)
    expect(textOf(await call({ id, confirm: false }))).toMatch(/^CONFLICT: Nothing was done/)
    expect(await statusOf({ id })).toBe('pending')
  })
})

describe('acts once', () => {
  test('for a key used many times at the same moment, and answers all the same', async () => {
    const { id } = await newOrderOfAlice(shop, 'pending')
    const args = { id, confirm: true, reason: 'Twice', idempotency_key: randomUUID() }
    const results = await Promise.all(Array.from({ length: 6 }, () => call(args)))
    for (const result of results) expect(result.structuredContent).toEqual(results[0]?.structuredContent)
    expect(results[0]?.structuredContent.order.status).toBe('cancelled')
    // Later, and without being asked again.
    const { confirm: _, ...silent } = args
    expect((await call(silent)).structuredContent).toEqual(results[0]?.structuredContent)
  })

  test('for the same request without a key', async () => {
    const { id } = await newOrderOfAlice(shop, 'pending')
    const first = await call({ id, confirm: true })
    expect((await call({ id, confirm: true })).structuredContent).toEqual(first.structuredContent)
  })

  test('and refuses the key for another request', async () => {
    const [first, second] = [
      await newOrderOfAlice(shop, 'pending'),
      await newOrderOfAlice(shop, 'processing'),
    ]
    const idempotency_key = randomUUID()
    await call({ id: first.id, confirm: true, idempotency_key })
    expect(textOf(await call({ id: second.id, confirm: true, idempotency_key }))).toMatch(
      /^CONFLICT: idempotency_key: it was used for a request with other arguments/,
    )
    expect(await statusOf(second)).toBe('processing')
  })

  test('for each caller on their own', async () => {
    const { id } = await newOrderOfAlice(shop, 'pending')
    const idempotency_key = randomUUID()
    await call({ id, confirm: true, idempotency_key })
    const as = bob('orders:write')
    const { items } = await shop.store.orders.list(as, { status: 'pending' }, { limit: 1 }, { signal })
    const result = await call({ id: items[0]?.id, confirm: true, idempotency_key }, as)
    expect(result.structuredContent.order.id).toBe(items[0]?.id)
  })

  test('when the first attempt broke off before it was saved', async () => {
    const { id } = await newOrderOfAlice(shop, 'pending')
    const args = { id, confirm: true, idempotency_key: randomUUID() }
    const other = new pg.Client({ connectionString: shop.ownerUrl })
    await other.connect()
    await other.query('begin')
    await other.query(`select set_config('app.tenant', 'acme', true)`)
    await other.query('select from orders where id = $1 for update', [id])
    const crash = new AbortController()
    const broken = shop.server.call('cancel_order', args, { as: writer, signal: crash.signal })
    const waiting = async () => {
      const { rows } = await other.query(`select from pg_locks where not granted and pid <> pg_backend_pid()
        and pid in (select pid from pg_stat_activity where datname = current_database())`)
      return rows.length
    }
    await expect.poll(waiting).toBeGreaterThan(0)
    crash.abort(new Error('The process was killed'))
    expect((await broken).isError).toBe(true)
    await other.query('rollback')
    await other.end()
    expect(await statusOf({ id })).toBe('pending')
    const result = await call(args)
    expect(result.structuredContent).toMatchObject({ order: { status: 'cancelled' } })
  })
})

test.each(['shipped', 'delivered', 'partially_refunded', 'refunded', 'cancelled'] as OrderStatus[])(
  'refuses a %s order and says what to do instead',
  async (status) => {
    const { id, number } = await orderOfAlice(shop, status)
    const text = textOf(await call({ id, confirm: true }))
    expect(text).toContain(
      `CONFLICT: Order ${number} is ${status.replace('_', ' ')}; only pending and processing orders can be cancelled.`,
    )
    expect(text).toMatch(/request_refund|nothing left to cancel/)
    expect(await statusOf({ id })).toBe(status)
  },
)

test('refuses a caller without orders:write', async () => {
  const { id } = await newOrderOfAlice(shop, 'pending')
  const refused = call({ id, confirm: true }, alice('orders:read', 'orders:support'))
  await expect(refused).rejects.toBeInstanceOf(InsufficientScopeError)
})

test('refuses bad input and names the argument', async () => {
  for (const [args, name] of [
    [{ id: '', confirm: true }, 'id'],
    [{ id: '1', confirm: 'yes' }, 'confirm'],
    [{ id: '1', reason: 'x'.repeat(501) }, 'reason'],
    [{ id: '1', idempotency_key: '' }, 'idempotency_key'],
  ] as const) {
    expect(textOf(await call(args))).toMatch(new RegExp(`^INVALID: .*\\b${name}\\b`))
  }
})

test('says that an order does not exist, to its neighbours too', async () => {
  const { id } = await newOrderOfAlice(shop, 'pending')
  expect(textOf(await call({ id: '99999', confirm: true }))).toMatch(/^NOT_FOUND/)
  for (const as of [bob('orders:write', 'orders:support'), mallory('orders:write', 'orders:support')]) {
    expect(textOf(await call({ id, confirm: true }, as))).toBe(
      `NOT_FOUND: There is no order "${id}" that you can see.`,
    )
  }
  expect(await statusOf({ id })).toBe('pending')
})
