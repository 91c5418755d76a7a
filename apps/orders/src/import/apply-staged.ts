import { type Changes, CUSTOMER_DETAILS, type Kind, type Upsert, upsert } from '@atoll/shop-data'
import type pg from 'pg'

/** Write what was staged and checked for the tenant of the transaction; rows that are the same stay untouched. */
export async function applyStaged(client: pg.ClientBase, tenant: string): Promise<Record<Kind, Changes>> {
  const changes = {
    customers: await upsert(client, tenant, CUSTOMERS),
    products: await upsert(client, tenant, PRODUCTS),
    orders: await upsert(client, tenant, ORDERS),
    order_lines: await replaceLines(client, tenant),
  }
  // A tenant that just appeared would be planned for as if it were empty.
  await client.query('analyze customers, products, orders, order_lines')
  return changes
}

const CUSTOMERS: Upsert = {
  table: 'customers',
  key: ['id'],
  columns: ['subject', 'name', ...CUSTOMER_DETAILS],
  from: 'staged_customers',
}

const PRODUCTS: Upsert = {
  table: 'products',
  key: ['id'],
  columns: [
    'name',
    'search_text',
    'category',
    'quantity_per_unit',
    'unit_price_minor',
    'currency',
    'units_in_stock',
    'discontinued',
  ],
  from: 'staged_products',
}

const ORDERS: Upsert = {
  table: 'orders',
  key: ['number'],
  columns: [
    'id',
    'customer_id',
    'subject',
    'status',
    'ordered_on',
    'required_on',
    'shipped_on',
    'delivered_on',
    'carrier',
    'tracking_number',
    'ship_name',
    'ship_address',
    'ship_city',
    'ship_region',
    'ship_postal_code',
    'ship_country',
    'currency',
    'shipping_minor',
    'line_count',
    'goods_minor',
    'goods_exact_minor',
  ],
  from: `(
    select o.*, c.subject, l.line_count, l.goods_minor, l.goods_exact_minor
    from keyed_orders o
    join customers c on c.tenant = $1 and c.id = o.customer_id
    join (
      select order_id, count(*) as line_count,
        sum(line_charged_minor(unit_price_minor, quantity, discount_bp)) as goods_minor,
        sum(line_exact_minor(unit_price_minor, quantity, discount_bp)) as goods_exact_minor
      from keyed_lines group by order_id
    ) l on l.order_id = o.id
  ) staged`,
  // What was cancelled or refunded here stays so, whatever the source says later.
  keep: {
    status: `case when orders.cancelled_at is not null or orders.refunded_minor > 0
      then orders.status else excluded.status end`,
  },
}

const LINES: Upsert = {
  table: 'order_lines',
  key: ['order_id', 'line'],
  columns: ['product_id', 'unit_price_minor', 'quantity', 'discount_bp'],
  from: 'keyed_lines',
}

async function replaceLines(client: pg.ClientBase, tenant: string): Promise<Changes> {
  const { rowCount } = await client.query(
    `delete from order_lines old using keyed_orders o
    where old.tenant = $1 and old.order_id = o.id
      and not exists (select from keyed_lines new where new.order_id = o.id and new.line = old.line)`,
    [tenant],
  )
  return { ...(await upsert(client, tenant, LINES)), removed: rowCount ?? 0 }
}
