import { alice, bob, mallory } from '@atoll/testing'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newOrderOfAlice, orderOfAlice } from './alice.ts'
import { ownShops, type Shops, signal } from './shops.ts'

const TABLES = [
  'customers',
  'products',
  'orders',
  'order_lines',
  'refunds',
  'refund_lines',
  'idempotency_keys',
] as const

let shop: Shops
beforeAll(async () => {
  shop = await ownShops()
  const { id } = await newOrderOfAlice(shop, 'pending')
  await shop.server.call('cancel_order', { id, confirm: true }, { as: alice('orders:write') })
})
afterAll(() => shop?.close())

/** What a store passes on for support staff: the most that policies ever open. */
const support = { scopes: ['orders:support'] }

type Run<T> = Parameters<typeof shop.database.inTenant<T>>[1]
const inside = <T>(who: { tenant: string; subject: string }, run: Run<T>, grants: object = support) =>
  shop.database.inTenant(who, run, grants)

const count = async (table: string, who: { tenant: string; subject: string }, grants: object) =>
  await inside(
    who,
    async (trx) => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(trx)
      return rows[0]?.n
    },
    grants,
  )

describe('the app’s role, writing SQL of its own,', () => {
  test.each(TABLES)('sees no row of %s without a tenant', async (table) => {
    const client = new pg.Client({ connectionString: shop.appUrl })
    await client.connect()
    try {
      const { rows } = await client.query(`select count(*)::int as n from ${table}`)
      expect(rows).toEqual([{ n: 0 }])
    } finally {
      await client.end()
    }
  })

  test.each(TABLES)('sees no row of %s of another tenant, whatever it asks for', async (table) => {
    const rows = await inside(mallory(), async (trx) => {
      const result = await sql`select * from ${sql.table(table)} where tenant = 'acme' or true`.execute(trx)
      return result.rows as { tenant: string }[]
    })
    for (const { tenant } of rows) expect(tenant).toBe('globex')
    expect(await count(table, alice(), support)).toBeGreaterThan(0)
  })

  test('sees another tenant’s order by none of its ids', async () => {
    const { id, number } = await orderOfAlice(shop, 'delivered')
    const found = await inside(mallory(), async (trx) => [
      ...(await trx.selectFrom('orders').select('id').where('id', '=', id).execute()),
      ...(await trx.selectFrom('order_lines').select('line').where('order_id', '=', id).execute()),
      ...(await trx
        .selectFrom('orders')
        .select('id')
        .where('number', '=', `${number}`)
        .where('tenant', '=', 'acme')
        .execute()),
    ])
    expect(found).toEqual([])
  })

  test('changes nothing of another tenant or another customer', async () => {
    const { id } = await orderOfAlice(shop, 'delivered')
    for (const as of [mallory(), bob()]) {
      const changed = await inside(as, (trx) =>
        trx.updateTable('orders').set({ status: 'cancelled' }).where('id', '=', id).executeTakeFirst(),
      )
      expect(changed.numUpdatedRows).toBe(0n)
      const refund = {
        tenant: as.tenant,
        id: 'ref_x',
        order_id: id,
        amount_minor: 1,
        shipping_minor: 0,
        reason: null,
      }
      const attempt = inside(as, (trx) => trx.insertInto('refunds').values(refund).execute())
      await expect(attempt).rejects.toThrow(/row-level security/)
    }
    expect((await orderOfAlice(shop, 'delivered')).id).toBe(id)
  })

  test('gives nothing to another tenant', async () => {
    const attempt = inside(alice(), (trx) =>
      trx.updateTable('orders').set({ tenant: 'globex' }).where('subject', '=', 'alice').execute(),
    )
    await expect(attempt).rejects.toThrow(/row-level security/)
  })

  test('neither makes nor deletes orders, lines, products and customers', async () => {
    const { id } = await orderOfAlice(shop, 'delivered')
    const as = alice()
    for (const table of [
      'orders',
      'order_lines',
      'products',
      'customers',
      'refunds',
      'refund_lines',
    ] as const) {
      const gone = await inside(as, (trx) => trx.deleteFrom(table).executeTakeFirst())
      expect([table, gone.numDeletedRows]).toEqual([table, 0n])
    }
    const attempt = inside(as, (trx) =>
      sql`insert into order_lines (tenant, order_id, line, product_id, unit_price_minor, quantity, discount_bp)
        values ('acme', ${id}, 99, 'P-001', 1, 1, 0)`.execute(trx),
    )
    await expect(attempt).rejects.toThrow(/row-level security/)
  })

  test('cannot get around the policies or change the schema', async () => {
    const client = new pg.Client({ connectionString: shop.appUrl })
    await client.connect()
    try {
      await client.query('set row_security = off')
      await expect(client.query('select from orders')).rejects.toThrow(/row-level security/)
      await client.query('set row_security = on')
      for (const statement of [
        'alter table orders disable row level security',
        'drop policy tenant on orders',
        'create table stolen (id text)',
        'truncate orders',
      ]) {
        await expect(client.query(statement)).rejects.toThrow(/must be owner|permission denied/)
      }
    } finally {
      await client.end()
    }
  })
})

describe('a customer', () => {
  test('sees the own orders, lines, refunds and keys, and nobody else’s', async () => {
    const own = { tenant: 'acme', subject: 'alice' }
    const bob = { tenant: 'acme', subject: 'bob' }
    expect(await count('customers', own, {})).toBe(1)
    expect(await count('orders', own, {})).toBe(14)
    expect(await count('orders', bob, {})).toBe(2)
    expect(await count('refunds', own, {})).toBe(2)
    expect(await count('refunds', bob, {})).toBe(0)
    expect(await count('idempotency_keys', own, {})).toBe(1)
    expect(await count('idempotency_keys', bob, {})).toBe(0)
    const mine = await shop.store.orders.list(alice(), {}, { limit: 100 }, { signal })
    const lines = mine.items.reduce((sum, { line_count }) => sum + line_count, 0)
    expect(await count('order_lines', own, {})).toBe(lines)
  })

  test('sees with orders:support the lines and refunds of everybody in the own tenant, where the store asks for it', async () => {
    const nobody = { tenant: 'acme', subject: 'nobody' }
    for (const table of ['order_lines', 'refunds', 'refund_lines']) {
      expect(await count(table, nobody, {})).toBe(0)
      expect(await count(table, nobody, support)).toBeGreaterThan((await count(table, alice(), {})) ?? 0)
    }
  })

  test('sees no more with orders:support until the store asks for it', async () => {
    const staff = alice('orders:support')
    expect((await shop.store.orders.list(staff, {}, { limit: 100 }, { signal })).items).toHaveLength(14)
    const all = await shop.store.support.search(staff, {}, { limit: 1 }, { signal })
    expect(all.summary?.count).toBe(496)
    // The database looks at the scope too: a store that forgot to would show only what is the caller's own, and no
    // sums of everybody's.
    const customer = await shop.store.support.search(alice('orders:read'), {}, { limit: 100 }, { signal })
    expect(customer.items).toHaveLength(14)
    expect(customer.summary?.count).toBe(0)
    const hers = { customer: 'C-0001' }
    const own = await shop.store.support.search(alice('orders:read'), hers, { limit: 1 }, { signal })
    expect(own.summary?.count).toBe(14)
    const others = { customer: 'C-0004' }
    const none = await shop.store.support.search(alice('orders:read'), others, { limit: 1 }, { signal })
    expect(none.summary?.count).toBe(0)
  })
})

describe('indexes serve', () => {
  const plan = async (grants: object, query: ReturnType<typeof sql>) =>
    await inside(
      alice(),
      async (trx) => {
        // The tables of a test are too small for an index to be worth it.
        await sql`set local enable_seqscan = off`.execute(trx)
        const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${query}`.execute(trx)
        return rows.map((row) => row['QUERY PLAN']).join('\n')
      },
      { ...grants, isolation: 'repeatable read' },
    )

  test('every way orders are listed, under row-level security and without sorting', async () => {
    const page = sql`and (ordered_on, id) < ('2026-01-01', 'ord_8') order by ordered_on desc, id desc limit 21`
    const cases = [
      [
        'orders_by_subject',
        {},
        sql`select id from orders where tenant = 'acme' and subject = 'alice' ${page}`,
      ],
      ['orders_by_date', support, sql`select id from orders where tenant = 'acme' ${page}`],
      [
        'orders_by_customer',
        support,
        sql`select id from orders where tenant = 'acme' and customer_id = 'C-0001' ${page}`,
      ],
      [
        'orders_by_status',
        support,
        sql`select id from orders where tenant = 'acme' and status = 'shipped' ${page}`,
      ],
      [
        'orders_tenant_number_key',
        support,
        sql`select id from orders where tenant = 'acme' and number = '50001'`,
      ],
    ] as const
    for (const [index, grants, query] of cases) {
      const text = await plan(grants, query)
      expect(text).toContain(`using ${index}`)
      expect(text).not.toContain('Sort')
    }
  })
})
