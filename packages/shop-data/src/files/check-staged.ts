import type { Problems } from '@atoll/csv-import'
import type pg from 'pg'
import type { FileName } from './files.ts'
import type { Kind } from './staging.ts'

/** Keys of rows that were refused: what refers to them is not a problem of its own. */
export type Refused = Readonly<Record<Kind, ReadonlySet<string> | 'unknown'>>

export interface Check {
  file: FileName
  /** Where it looks rows up: `$1` is the keys refused there. Skipped when those are not known. */
  looksUp?: Kind
  /** Selects `at` and `reason`. */
  sql: string
}

/**
 * What one row alone can't show: duplicates and references. On record are the tables `customers` and `products`, with
 * their keys in `tenant` and `id`.
 */
const CHECKS: readonly Check[] = [
  {
    file: 'customers.csv',
    sql: `select at, 'customer_id ' || id || ' is also on line ' || first as reason
      from (select at, id, first_value(at) over (partition by id order by at) as first from staged_customers) s
      where at <> first`,
  },
  {
    file: 'customers.csv',
    sql: `select at, 'subject ' || subject || ' is also on line ' || first as reason
      from (select at, id, subject, first_value(at) over (partition by subject order by at) as first,
        first_value(id) over (partition by subject order by at) as first_id from staged_customers) s
      where at <> first and id <> first_id`,
  },
  {
    file: 'products.csv',
    sql: `select at, 'product_id ' || id || ' is also on line ' || first as reason
      from (select at, id, first_value(at) over (partition by id order by at) as first from staged_products) s
      where at <> first`,
  },
  {
    file: 'orders.csv',
    sql: `select at, 'order_id ' || number || ' is also on line ' || first as reason
      from (select at, number, first_value(at) over (partition by number order by at) as first from staged_orders) s
      where at <> first`,
  },
  {
    file: 'orders.csv',
    looksUp: 'customers',
    sql: `select at, 'there is no customer ' || customer_id as reason from staged_orders o
      where not exists (select from staged_customers c where c.id = o.customer_id)
        and not exists (select from customers c where c.tenant = current_setting('app.tenant') and c.id = o.customer_id)
        and o.customer_id <> all ($1)`,
  },
  {
    file: 'orders.csv',
    looksUp: 'order_lines',
    sql: `select at, 'it has no line in order_lines.csv' as reason from staged_orders o
      where not exists (select from staged_order_lines l where l.order_number = o.number)
        and o.number <> all ($1)`,
  },
  {
    file: 'order_lines.csv',
    looksUp: 'orders',
    sql: `select at, 'there is no order ' || order_number || ' in orders.csv' as reason from staged_order_lines l
      where not exists (select from staged_orders o where o.number = l.order_number)
        and l.order_number <> all ($1)`,
  },
  {
    file: 'order_lines.csv',
    looksUp: 'products',
    sql: `select at, 'there is no product ' || product_id as reason from staged_order_lines l
      where not exists (select from staged_products p where p.id = l.product_id)
        and not exists (select from products p where p.tenant = current_setting('app.tenant') and p.id = l.product_id)
        and l.product_id <> all ($1)`,
  },
  {
    file: 'order_lines.csv',
    sql: `select at, 'line ' || line || ' of order ' || order_number || ' is also on line ' || first as reason
      from (select at, order_number, line, first_value(at) over (partition by order_number, line order by at) as first
        from staged_order_lines where line is not null) s
      where at <> first`,
  },
  {
    file: 'order_lines.csv',
    sql: `select at, 'product ' || product_id || ' of order ' || order_number || ' is also on line ' || first
        || '; number the lines of each order in a column "line"' as reason
      from (select at, order_number, product_id,
          first_value(at) over (partition by order_number, product_id order by at) as first
        from staged_order_lines where line is null) s
      where at <> first`,
  },
  {
    file: 'order_lines.csv',
    sql: `select l.at, 'unit_price has more decimals than ' || o.currency || ' has' as reason
      from staged_order_lines l join staged_orders o on o.number = l.order_number
      where l.unit_price * 10::numeric ^ o.minor_digits % 1 <> 0`,
  },
]

/** Add what is wrong with the staged rows to the problems: what is wrong in every shop, and by `more` checks. */
export async function checkStaged(
  client: pg.ClientBase,
  refused: Refused,
  problems: Problems,
  more: readonly Check[],
): Promise<void> {
  for (const { file, looksUp, sql } of [...CHECKS, ...more]) {
    const keys = looksUp && refused[looksUp]
    if (keys === 'unknown') continue
    const { rows } = await client.query<{ at: number; reason: string; total: number }>(
      `select at, reason, count(*) over () as total from (${sql}) found order by at limit 100`,
      keys ? [[...keys]] : [],
    )
    for (const { at, reason } of rows) problems.add(file, at, reason)
    problems.addUnlisted((rows[0]?.total ?? 0) - rows.length)
  }
}
