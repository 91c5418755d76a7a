import type pg from 'pg'
import type { Kind } from './staging.ts'

export interface Changes {
  added: number
  changed: number
  unchanged: number
  removed: number
}

/** Give staged lines their numbers and their price in minor units. Before the checks, which compare them. */
export async function numberLines(client: pg.ClientBase): Promise<void> {
  await client.query(`
    create temporary table numbered_lines on commit drop as
    select o.number,
      -- Without numbers of their own, lines keep theirs however the file is sorted.
      coalesce(l.line, row_number() over (
        partition by l.order_number order by length(l.product_id), l.product_id))::integer as line,
      l.product_id, (l.unit_price * 10::numeric ^ o.minor_digits)::bigint as unit_price_minor, l.quantity, l.discount_bp
    from staged_order_lines l join staged_orders o on o.number = l.order_number`)
  await client.query('analyze numbered_lines')
}

/** Write what was staged and checked for the tenant of the transaction; rows that are the same stay untouched. */
export async function applyStaged(client: pg.ClientBase, tenant: string): Promise<Record<Kind, Changes>> {
  return {
    customers: await upsert(client, tenant, CUSTOMERS),
    products: await upsert(client, tenant, PRODUCTS),
    orders: await upsert(client, tenant, ORDERS),
    order_lines: await replaceLines(client, tenant),
  }
}

interface Upsert {
  table: Kind
  key: readonly string[]
  columns: readonly string[]
  /** Rows to write: the key and the columns, in that order; `$1` is the tenant. */
  from: string
  /** Columns that don't simply take the new value. */
  keep?: Readonly<Record<string, string>>
}

const CUSTOMERS: Upsert = {
  table: 'customers',
  key: ['id'],
  columns: [
    'subject',
    'name',
    'contact_name',
    'email',
    'phone',
    'address',
    'city',
    'region',
    'postal_code',
    'country',
  ],
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
    select s.*, order_id($1, s.number) as id, c.subject, l.line_count, l.goods_minor, l.goods_exact_minor
    from staged_orders s
    join customers c on c.id = s.customer_id
    join (
      select number, count(*) as line_count,
        sum(line_charged_minor(unit_price_minor, quantity, discount_bp)) as goods_minor,
        sum(line_exact_minor(unit_price_minor, quantity, discount_bp)) as goods_exact_minor
      from numbered_lines group by number
    ) l on l.number = s.number
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
  from: '(select n.*, order_id($1, n.number) as order_id from numbered_lines n) staged',
}

async function replaceLines(client: pg.ClientBase, tenant: string): Promise<Changes> {
  const { rowCount } = await client.query(
    `delete from order_lines old using staged_orders s
    where old.tenant = $1 and old.order_id = order_id($1, s.number)
      and not exists (select from numbered_lines new where new.number = s.number and new.line = old.line)`,
    [tenant],
  )
  return { ...(await upsert(client, tenant, LINES)), removed: rowCount ?? 0 }
}

async function upsert(client: pg.ClientBase, tenant: string, plan: Upsert): Promise<Changes> {
  const { table, key, columns, from, keep = {} } = plan
  const values = columns.map((column) => keep[column] ?? `excluded.${column}`)
  const all = [...key, ...columns].join(', ')
  const { rows } = await client.query<{ added: number; changed: number; total: number }>(
    `with written as (
      insert into ${table} (tenant, ${all}) select $1, ${all} from ${from}
      on conflict (tenant, ${key.join(', ')}) do update
        set ${columns.map((column, index) => `${column} = ${values[index]}`).join(', ')}
        where (${columns.map((column) => `${table}.${column}`).join(', ')}) is distinct from (${values.join(', ')})
      -- A row that this statement inserted was never locked or deleted.
      returning (xmax = 0) as added
    )
    select count(*) filter (where added) as added, count(*) filter (where not added) as changed,
      (select count(*) from ${from}) as total
    from written`,
    [tenant],
  )
  const { added = 0, changed = 0, total = 0 } = rows[0] ?? {}
  return { added, changed, unchanged: total - added - changed, removed: 0 }
}
