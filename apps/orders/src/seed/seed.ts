import type { Shop, ShopSeed } from '@atoll/shop-data'
import type pg from 'pg'
import { load } from '../import/load.ts'

/** The demonstration shops, with refunds and cancellations, which no file tells of. */
export const seed: ShopSeed = { load, settle }

/** What happened to orders after they were made. */
async function settle(client: pg.ClientBase, tenant: string, shop: Shop): Promise<void> {
  await client.query(
    `update orders set cancelled_at = ordered_on + interval '9 hours', cancel_reason = 'Ordered by mistake'
    where tenant = $1 and number = any ($2)`,
    [tenant, shop.cancelled],
  )
  await client.query(
    `create temporary table settled on commit drop as
    select o.tenant, o.id as order_id, 'ref_' || right(o.id, 24) as refund_id, o.number = any ($2) as whole
    from orders o where o.tenant = $1 and (o.number = any ($2) or o.number = any ($3))`,
    [tenant, shop.refunded, shop.partially_refunded],
  )
  await client.query(
    `insert into refunds (tenant, id, order_id, amount_minor, shipping_minor, reason, requested_at)
    select s.tenant, s.refund_id, o.id, case when s.whole then o.goods_minor + o.shipping_minor else l.charged_minor end,
      case when s.whole then o.shipping_minor else 0 end,
      case when s.whole then 'Arrived too late' else 'One item was damaged' end,
      o.delivered_on + interval '4 days 10 hours'
    from settled s
    join orders o on o.tenant = s.tenant and o.id = s.order_id
    join order_lines l on l.tenant = s.tenant and l.order_id = s.order_id and l.line = 1`,
  )
  await client.query(
    `insert into refund_lines (tenant, order_id, line, refund_id, amount_minor)
    select s.tenant, l.order_id, l.line, s.refund_id, l.charged_minor
    from settled s join order_lines l on l.tenant = s.tenant and l.order_id = s.order_id
    where s.whole or l.line = 1`,
  )
  await client.query(
    `update orders o set refunded_minor = r.amount_minor,
      status = case when s.whole then 'refunded' else 'partially_refunded' end
    from settled s join refunds r on r.tenant = s.tenant and r.id = s.refund_id
    where o.tenant = s.tenant and o.id = s.order_id`,
  )
}
