import type { Check } from '@atoll/shop-data'

/** What is wrong with files only where orders are kept: subjects of others, and changes to what was refunded. */
export const CHECKS: readonly Check[] = [
  {
    file: 'customers.csv',
    sql: `select s.at, 'subject ' || s.subject || ' belongs to customer ' || c.id as reason
      from staged_customers s
      join customers c on c.tenant = current_setting('app.tenant') and c.subject = s.subject and c.id <> s.id`,
  },
  {
    file: 'orders.csv',
    sql: `select s.at, 'order ' || s.number || ' has refunds, so its currency, freight and lines can no longer change' as reason
      from keyed_orders s join orders o on o.tenant = current_setting('app.tenant') and o.id = s.id
      where o.refunded_minor > 0 and (
        (s.currency, s.shipping_minor) is distinct from (o.currency, o.shipping_minor)
        or exists (
          select from (select * from order_lines where tenant = current_setting('app.tenant') and order_id = o.id) old
          full join (select * from keyed_lines where order_id = s.id) new on new.line = old.line
          where (old.product_id, old.unit_price_minor, old.quantity, old.discount_bp)
            is distinct from (new.product_id, new.unit_price_minor, new.quantity, new.discount_bp)))`,
  },
]
