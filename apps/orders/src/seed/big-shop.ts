import type { ShopFill } from '@atoll/scale-data'
import type pg from 'pg'

/** How a shop of any size gets into the tables of orders. */
export const bigShop: ShopFill = {
  name: 'orders',
  tables: ['orders', 'order_lines', 'refund_lines', 'refunds', 'customers', 'products'],

  async clear(client, tenant) {
    for (const table of [
      'refund_lines',
      'refunds',
      'idempotency_keys',
      'order_lines',
      'orders',
      'products',
      'customers',
    ]) {
      await client.query(`delete from ${table} where tenant = $1`, [tenant])
    }
  },

  async catalogue(client, tenant) {
    await client.query(
      `insert into customers (tenant, id, subject, name, address, city, postal_code, country)
      select $1, id, subject, name, address, city, postal_code, country from made_customers order by no`,
      [tenant],
    )
    await client.query(
      `insert into products (tenant, id, name, search_text, category, unit_price_minor, currency, units_in_stock, discontinued)
      select $1, id, name, lower(name || ' ' || category), category, unit_price_minor, currency, units_in_stock, discontinued
      from made_products order by no`,
      [tenant],
    )
  },

  async orders(client, tenant) {
    await client.query(`
      drop table if exists made_ids;
      create temporary table made_ids on commit drop as
      select n, order_id(${client.escapeLiteral(tenant)}, number) as id from made_orders;
      analyze made_ids`)
    await client.query(INSERT_ORDERS, [tenant])
    await client.query(
      `insert into order_lines (tenant, order_id, line, product_id, unit_price_minor, quantity, discount_bp)
      select $1, i.id, l.line, l.product_id, l.unit_price_minor, l.quantity, l.discount_bp
      from made_lines l join made_ids i using (n)`,
      [tenant],
    )
    await refund(client, tenant)
  },

  async finish(client, tenant) {
    await client.query('select rebuild_order_sums($1)', [tenant])
    await client.query('analyze order_sums')
  },
}

const INSERT_ORDERS = `
  insert into orders (tenant, id, number, customer_id, subject, status, ordered_on, required_on, shipped_on,
    delivered_on, carrier, tracking_number, ship_name, ship_address, ship_city, ship_postal_code, ship_country,
    currency, shipping_minor, line_count, goods_minor, goods_exact_minor, refunded_minor, has_refunds,
    cancelled_at, cancel_reason)
  select $1, i.id, o.number, o.customer_id, o.subject, o.status, o.ordered_on, o.required_on, o.shipped_on,
    o.delivered_on, o.carrier, o.tracking_number, o.ship_name, o.ship_address, o.ship_city, o.ship_postal_code,
    o.ship_country, o.currency, o.shipping_minor, o.line_count, s.goods_minor, s.goods_exact_minor,
    case o.status when 'refunded' then s.goods_minor + o.shipping_minor
      when 'partially_refunded' then s.first_minor else 0 end,
    o.status in ('refunded', 'partially_refunded'),
    case o.status when 'cancelled' then o.ordered_on + interval '9 hours' end,
    case o.status when 'cancelled' then 'Ordered by mistake' end
  from made_orders o
  join made_ids i using (n)
  join (
    select n, sum(line_charged_minor(unit_price_minor, quantity, discount_bp)) as goods_minor,
      sum(line_exact_minor(unit_price_minor, quantity, discount_bp)) as goods_exact_minor,
      sum(line_charged_minor(unit_price_minor, quantity, discount_bp)) filter (where line = 1) as first_minor
    from made_lines group by n
  ) s using (n)
  order by n`

/** What was paid back: the whole order with its shipping, or its first line. */
async function refund(client: pg.ClientBase, tenant: string): Promise<void> {
  await client.query(
    `insert into refunds (tenant, id, order_id, amount_minor, shipping_minor, reason, requested_at)
    select $1, 'ref_' || right(i.id, 24), i.id,
      sum(line_charged_minor(l.unit_price_minor, l.quantity, l.discount_bp))::bigint + max(p.shipping_minor),
      max(p.shipping_minor), case o.status when 'refunded' then 'Arrived too late' else 'One item was damaged' end,
      o.delivered_on + interval '4 days 10 hours'
    from ${REFUNDED},
    lateral (select case o.status when 'refunded' then o.shipping_minor else 0 end as shipping_minor) as p
    group by i.id, o.status, o.delivered_on`,
    [tenant],
  )
  await client.query(
    `insert into refund_lines (tenant, order_id, line, refund_id, amount_minor)
    select $1, i.id, l.line, 'ref_' || right(i.id, 24),
      line_charged_minor(l.unit_price_minor, l.quantity, l.discount_bp)
    from ${REFUNDED}`,
    [tenant],
  )
}

const REFUNDED = `made_orders o join made_ids i using (n) join made_lines l
  on l.n = o.n and (o.status = 'refunded' or o.status = 'partially_refunded' and l.line = 1)`
