import { createDatabase } from '@atoll/database'
import { principal, testDatabase } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { seedCommand } from '../../src/seed/command.ts'
import { onceKey } from '../../src/store/once.ts'
import type { SearchFilter } from '../../src/store/support.ts'
import type { Tables } from '../../src/store/tables.ts'
import { ordersStore } from '../../src/store.ts'
import { runCommand } from '../run-command.ts'
import { signal } from '../shops.ts'

const staff = principal({ subject: 'sam', tenant: 'scale', scopes: ['orders:support'] })
const PEOPLE: Record<string, string> = { 'C-000001': 'alice', 'C-000002': 'bob', 'C-000003': 'carol' }

let target: Awaited<ReturnType<typeof testDatabase>>
let database: ReturnType<typeof createDatabase<Tables>>
let store: ReturnType<typeof ordersStore>
beforeAll(async () => {
  target = await testDatabase({ name: 'orders-sums', migrations })
  await runCommand(seedCommand, ['--orders', '3000'], target.ownerUrl)
  database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'orders-test' })
  store = ordersStore(database)
})
afterAll(async () => {
  await database?.close()
  await target?.close()
})

const sumOf = async (filter: SearchFilter) =>
  (await store.support.search(staff, filter, { limit: 1 }, { signal })).summary

/** The newest order of that status, and whose it is. */
async function newest(status: 'pending' | 'delivered') {
  const { items } = await store.support.search(staff, { status }, { limit: 1 }, { signal })
  const [order] = items
  if (!order) throw new Error(`There is no ${status} order`)
  const subject = PEOPLE[order.customer.id] ?? order.customer.id
  return { id: order.id, owner: principal({ subject, tenant: 'scale' }) }
}

/** The same from the orders themselves. */
async function counted({ status, ordered_from, ordered_to, customer }: SearchFilter) {
  const client = new pg.Client({ connectionString: target.ownerUrl })
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant', 'scale', false)`)
    const { rows } = await client.query(
      `select count(*)::int as count, sum(goods_minor)::int as charged, (sum(goods_exact_minor) / 100)::float8 as exact from orders
      where ($1::text is null or status = $1) and ($2::date is null or ordered_on >= $2)
        and ($3::date is null or ordered_on <= $3) and ($4::text is null or customer_id = $4)`,
      [status, ordered_from, ordered_to, customer],
    )
    return rows[0]
  } finally {
    await client.end()
  }
}

async function check(filter: SearchFilter) {
  const summary = await sumOf(filter)
  const { count, charged, exact } = await counted(filter)
  expect(summary?.count).toBe(count)
  expect(summary?.amounts[0]?.charged.minor).toBe(charged ?? undefined)
  expect(summary?.amounts[0] && Number(summary.amounts[0].exact)).toBe(exact ?? undefined)
}

const FILTERS: SearchFilter[] = [
  {},
  { status: 'cancelled' },
  { ordered_from: '2024-01-01', ordered_to: '2024-12-31' },
  { ordered_from: '2023-03-17' },
  { ordered_to: '2024-08-30' },
  { ordered_from: '2025-02-28', ordered_to: '2025-05-01', status: 'delivered' },
  { ordered_from: '2025-06-03', ordered_to: '2025-06-03' },
  { customer: 'C-000001' },
  { customer: 'C-000002', status: 'refunded', ordered_from: '2022-01-05' },
]

test.each(FILTERS)('the sum of %j is that of the orders', check)

describe('after a cancellation and a refund', () => {
  beforeAll(async () => {
    const pending = await newest('pending')
    const cancelling = { once: onceKey('cancel_order', 'a key', {}), reason: null }
    await store.cancellations.make(pending.owner, pending.id, cancelling, { signal })
    const delivered = await newest('delivered')
    const refunding = { once: onceKey('request_refund', 'a key', {}), lines: undefined, reason: undefined }
    await store.refunds.make(delivered.owner, delivered.id, refunding, { signal })
  })
  test.each(FILTERS)('the sum of %j still is', check)
})

test('sums are for support staff, and for nobody to write', async () => {
  const alice = principal({ subject: 'alice', tenant: 'scale' })
  const rows = await database.inTenant(alice, (trx) => trx.selectFrom('order_sums').selectAll().execute(), {
    scopes: alice.scopes,
  })
  expect(rows).toEqual([])
  const changed = await database.inTenant(
    staff,
    (trx) => trx.updateTable('order_sums').set({ orders: 0 }).executeTakeFirst(),
    { scopes: staff.scopes },
  )
  expect(changed.numUpdatedRows).toBe(0n)
})
