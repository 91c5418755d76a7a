import { LINE_NUMBER } from '@atoll/shop-data'
import type pg from 'pg'

/**
 * Make `keyed_orders` and `keyed_lines` of what was staged: with the ids, line numbers and minor units they will
 * have. Indexed, because for a new tenant the planner knows nothing of the tables they are joined with.
 */
export async function keyStaged(client: pg.ClientBase, tenant: string): Promise<void> {
  await client.query(`
    create temporary table keyed_orders on commit drop as
    select s.*, order_id(${client.escapeLiteral(tenant)}, s.number) as id from staged_orders s`)
  await client.query(`
    create temporary table keyed_lines on commit drop as
    select o.id as order_id, ${LINE_NUMBER} as line,
      l.product_id, (l.unit_price * 10::numeric ^ o.minor_digits)::bigint as unit_price_minor, l.quantity, l.discount_bp
    from staged_order_lines l join keyed_orders o on o.number = l.order_number`)
  await client.query(`
    create index on keyed_orders (id);
    create index on keyed_lines (order_id, line);
    analyze keyed_orders, keyed_lines`)
}
