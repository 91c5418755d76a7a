import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ConflictError, InvalidError } from '@atoll/errors'
import { type TestDatabase, testDatabase } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../migrations/index.ts'
import { seedCommand } from '../src/seed/command.ts'
import { runCommand } from './run-command.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')

let target: TestDatabase
beforeAll(async () => {
  target = await testDatabase({ name: 'orders-big-shop', migrations })
})
afterAll(() => target?.close())

const seed = (...args: string[]) => runCommand(seedCommand, args, target.ownerUrl)

async function query<T extends object>(tenant: string, sql: string, { ownerUrl } = target): Promise<T[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant', $1, false)`, [tenant])
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

const counts = (tenant: string) =>
  query(
    tenant,
    'select (select count(*) from orders)::int as orders, (select count(*) from order_sums)::int > 0 as sums',
  )

/** All that a tenant holds, but for its name and the ids that come from it. */
const contents = (tenant: string, database = target) =>
  query(
    tenant,
    `select md5(string_agg(text, '' order by text)) as all from (
      select concat(number, customer_id, subject, status, ordered_on, delivered_on, tracking_number, ship_city,
        goods_minor, goods_exact_minor, refunded_minor) as text from orders
      union all select concat(number, line, product_id, quantity, charged_minor) from order_lines l
        join orders o on o.id = l.order_id
      union all select concat(id, name, unit_price_minor) from products) rows`,
    database,
  )

test('makes the same shop everywhere, and another one for another seed', async () => {
  const other = await testDatabase({ name: 'orders-big-shop-again', migrations })
  try {
    expect((await seed('--orders', '700')).stdout).toBe('Filled tenant scale with 700 orders\n')
    await runCommand(seedCommand, ['--orders', '700', '--tenant', 'elsewhere'], other.ownerUrl)
    expect(await contents('elsewhere', other)).toEqual(await contents('scale'))
    await runCommand(seedCommand, ['--orders', '700', '--seed', '2'], other.ownerUrl)
    expect(await contents('scale', other)).not.toEqual(await contents('scale'))
  } finally {
    await other.close()
  }
})

test('does not touch a tenant that has data unless it is to be replaced', async () => {
  const before = await contents('scale')
  await expect(seed('--orders', '5')).rejects.toThrow(
    new ConflictError('Tenant scale has data already: name another --tenant, or --replace it.'),
  )
  expect(await contents('scale')).toEqual(before)
  await seed('--orders', '50', '--tenant', 'small')
  await seed('--orders', '900', '--replace')
  expect(await counts('scale')).toEqual([{ orders: 900, sums: true }])
  expect(await counts('small')).toEqual([{ orders: 50, sums: true }])
})

test.each([
  [['--orders', '0'], '--orders must be a whole number from 1 to 100000000.'],
  [['--orders', '1e6'], '--orders must be a whole number'],
  [['--orders', '-5'], 'Usage: seed --orders COUNT'],
  [['--orders', '100', '--seed', 'x'], '--seed must be a whole number from 0'],
  [['--orders', '100', '--tenant', 'a b'], '--tenant must be'],
  [['--tenant', 'x'], 'Usage: seed --orders COUNT'],
  [['--rows', '5'], 'Usage: seed --orders COUNT'],
])('refuses %j', async (args, message) => {
  const refused = seed(...args)
  await expect(refused).rejects.toBeInstanceOf(InvalidError)
  await expect(refused).rejects.toThrow(message)
})

test('gives every index, key, reference and trigger back when it made them anew', async () => {
  const schema = () =>
    query(
      'scale',
      `select indexdef as part from pg_indexes where schemaname = 'public'
      union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated
        from pg_constraint where connamespace = 'public'::regnamespace
      union all select concat(tgname, tgenabled) from pg_trigger where not tgisinternal order by part`,
    )
  const before = await schema()
  const { stderr } = await seed('--orders', '21000', '--tenant', 'rebuilt')
  expect(stderr).toContain('orders_by_')
  expect(await schema()).toEqual(before)
  expect(await counts('rebuilt')).toEqual([{ orders: 21_000, sums: true }])
  expect(await counts('scale')).toEqual([{ orders: 900, sums: true }])
})

test('keeps sums that add up', async () => {
  expect(
    await query(
      'rebuilt',
      `select o.number from orders o
      join (select order_id, sum(charged_minor)::bigint as charged, sum(exact_minor) as exact, count(*) as lines
        from order_lines group by 1) l on l.order_id = o.id
      left join (select order_id, sum(amount_minor) as amount, sum(shipping_minor) as shipping from refunds group by 1) r
        on r.order_id = o.id
      left join (select order_id, sum(amount_minor) as amount from refund_lines group by 1) rl on rl.order_id = o.id
      where (o.goods_minor, o.goods_exact_minor, o.line_count) is distinct from (l.charged, l.exact, l.lines)
        or o.refunded_minor <> coalesce(r.amount, 0)
        or o.has_refunds <> (r.order_id is not null)
        or o.refunded_minor <> coalesce(rl.amount, 0) + coalesce(r.shipping, 0)
        or (o.status = 'refunded') <> (o.refunded_minor = o.goods_minor + o.shipping_minor)
        or (o.status in ('delivered', 'refunded', 'partially_refunded')) <> (o.delivered_on is not null)`,
    ),
  ).toEqual([])
  expect(
    await query(
      'rebuilt',
      `select ordered_on, status, currency, count(*) as orders, sum(goods_minor) as goods from orders group by 1, 2, 3
      except select starts_on, status, currency, orders, goods_minor from order_sums where grain = 'day'`,
    ),
  ).toEqual([])
})

test('leaves nothing behind when it is interrupted, and can be started again', async () => {
  const stopping = new AbortController()
  const args = ['--orders', '60000', '--tenant', 'stopped']
  const stop = () => stopping.abort(new Error('Interrupted'))
  const running = runCommand(seedCommand, args, target.ownerUrl, stopping.signal, stop)
  await expect(running).rejects.toThrow('Interrupted')
  expect(await counts('stopped')).toEqual([{ orders: 0, sums: false }])
  await seed('--orders', '100', '--tenant', 'stopped')
  expect(await counts('stopped')).toEqual([{ orders: 100, sums: true }])
})

// PostgreSQL undoes what the killed process had begun before the next may begin.
test('leaves nothing behind when its process is killed', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [MAIN, 'seed', '--orders', '300000', '--tenant', 'killed'], {
    env: { PATH: process.env.PATH ?? '', DATABASE_OWNER_URL: target.ownerUrl, DATABASE_URL: target.appUrl },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await once(child.stderr, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await seed('--orders', '200', '--tenant', 'killed')
  expect(await counts('killed')).toEqual([{ orders: 200, sums: true }])
})
