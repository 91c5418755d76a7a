import type pg from 'pg'

/** Days whose rollups an import changes; undefined ends are open. */
export interface Span {
  first: string | null
  last: string | null
}

/**
 * The days from and to which staged facts differ from those on record; all days when a product on record moves to
 * another category; undefined when no fact differs. To be asked before anything is written.
 */
export async function spanOf(client: pg.ClientBase, tenant: string): Promise<Span | undefined> {
  const moved = await client.query(
    `select from staged_products s join products p on p.tenant = $1 and p.id = s.id
    where p.category is distinct from s.category limit 1`,
    [tenant],
  )
  if (moved.rowCount) return { first: null, last: null }
  const { rows } = await client.query<Span>(
    `with different as (
      select f.number, f.day, o.day as old_day from staged_facts f
      left join sales_orders o on o.tenant = $1 and o.number = f.number
      where (f.day, f.customer_id, f.region_id, f.currency, f.cancelled, f.shipping, f.units, f.gross, f.revenue)
        is distinct from
        (o.day, o.customer_id, o.region_id, o.currency, o.cancelled, o.shipping, o.units, o.gross, o.revenue)
      union all
      select new.order_number, new.day, old.day from staged_sales new
      full join (
        select s.* from sales s join staged_facts on staged_facts.number = s.order_number where s.tenant = $1
      ) old on old.order_number = new.order_number and old.line = new.line
      where (old.product_id, old.unit_price, old.quantity, old.discount_bp)
        is distinct from (new.product_id, new.unit_price, new.quantity, new.discount_bp)
    )
    select min(least(day, old_day)) as first, max(greatest(day, old_day)) as last from different`,
    [tenant],
  )
  return rows[0]?.first === null ? undefined : rows[0]
}
