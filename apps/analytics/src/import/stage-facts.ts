import { LINE_NUMBER } from '@atoll/shop-data'
import type pg from 'pg'

/**
 * Make `staged_facts` (orders) and `staged_sales` (lines) of what was staged, as the star will hold them, and add the
 * regions that are new. Indexed, because for a new tenant the planner knows nothing of the tables they are joined with.
 */
export async function stageFacts(client: pg.ClientBase, tenant: string): Promise<void> {
  await client.query(
    `insert into regions (tenant, id, country, region, city)
    select $1, coalesce((select max(id) from regions where tenant = $1), 0) + row_number() over (
      order by country, region, city), country, region, city
    from (
      select distinct ship_country as country, ship_region as region, ship_city as city from staged_orders
      except select country, region, city from regions where tenant = $1
    ) new`,
    [tenant],
  )
  await client.query(`
    create temporary table staged_sums on commit drop as
    select order_number, sum(quantity)::bigint as units, sum(trim_scale(unit_price * quantity)) as gross,
      sum(line_revenue(unit_price, quantity, discount_bp)) as revenue
    from staged_order_lines group by order_number;
    analyze staged_sums`)
  await client.query(`
    create temporary table staged_facts on commit drop as
    select o.number, o.ordered_on as day, o.customer_id, r.id as region_id, o.currency,
      o.status = 'cancelled' as cancelled,
      trim_scale(o.shipping_minor / 10::numeric ^ o.minor_digits) as shipping, s.units, s.gross, s.revenue
    from staged_orders o
    join regions r on r.tenant = ${client.escapeLiteral(tenant)}
      and (r.country, r.region, r.city) is not distinct from (o.ship_country, o.ship_region, o.ship_city)
    join staged_sums s on s.order_number = o.number;
    create unique index on staged_facts (number);
    analyze staged_facts`)
  await client.query(`
    create temporary table staged_sales on commit drop as
    select l.order_number, ${LINE_NUMBER} as line, f.day, f.customer_id, l.product_id, f.region_id, f.currency,
      f.cancelled, trim_scale(l.unit_price) as unit_price, l.quantity, l.discount_bp
    from staged_order_lines l join staged_facts f on f.number = l.order_number;
    create unique index on staged_sales (order_number, line);
    analyze staged_sales`)
}
