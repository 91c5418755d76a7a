import { shopSeedCommand } from '@atoll/shop-data'
import { type TestDatabase, testDatabase } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../migrations/index.ts'
import { seed } from '../src/seed/seed.ts'
import { runCommand } from './run-command.ts'

const seedCommand = shopSeedCommand(seed)

let target: TestDatabase
let first: string
let before: string

beforeAll(async () => {
  target = await testDatabase({ name: 'orders-seed', migrations })
  first = (await runCommand(seedCommand, [], target.ownerUrl)).stdout
  before = await everything()
})
afterAll(() => target?.close())

async function everything(): Promise<string> {
  const client = new pg.Client({ connectionString: target.ownerUrl })
  await client.connect()
  try {
    const parts: unknown[] = []
    for (const tenant of ['acme', 'globex']) {
      await client.query(`select set_config('app.tenant', $1, false)`, [tenant])
      for (const table of ['customers', 'products', 'orders', 'order_lines', 'refunds', 'refund_lines']) {
        const { rows } = await client.query(`select * from ${table} t order by t::text`)
        parts.push([tenant, table, rows])
      }
    }
    return JSON.stringify(parts)
  } finally {
    await client.end()
  }
}

test('fills both shops once', async () => {
  expect(first).toBe('Filled tenant acme\nFilled tenant globex\n')
  const second = await runCommand(seedCommand, [], target.ownerUrl)
  expect(second.stdout).toBe('Tenant acme has data already\nTenant globex has data already\n')
  expect(await everything()).toBe(before)
})

test('makes the same shops everywhere', async () => {
  const other = target
  try {
    target = await testDatabase({ name: 'orders-seed-again', migrations })
    await runCommand(seedCommand, [], target.ownerUrl)
    expect(await everything()).toBe(before)
  } finally {
    await target.close()
    target = other
  }
})

test('keeps sums that add up', async () => {
  const client = new pg.Client({ connectionString: target.ownerUrl })
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant', 'acme', false)`)
    const { rows } = await client.query(`
      select o.number from orders o
      where (o.goods_minor, o.goods_exact_minor, o.line_count) is distinct from
          (select (sum(charged_minor)::bigint, sum(exact_minor), count(*)::integer) from order_lines l where l.order_id = o.id)
        or o.refunded_minor <> (select coalesce(sum(amount_minor), 0) from refunds r where r.order_id = o.id)
        or o.has_refunds <> exists (select from refunds r where r.order_id = o.id)
        or o.refunded_minor <> (select coalesce(sum(amount_minor), 0) from refund_lines r where r.order_id = o.id)
          + (select coalesce(sum(shipping_minor), 0) from refunds r where r.order_id = o.id)
        or (o.status = 'refunded') <> (o.refunded_minor = o.goods_minor + o.shipping_minor)
        or (o.status in ('delivered', 'refunded', 'partially_refunded')) <> (o.delivered_on is not null)`)
    expect(rows).toEqual([])
  } finally {
    await client.end()
  }
})
