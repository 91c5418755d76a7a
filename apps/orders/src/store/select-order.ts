import type { Principal } from '@atoll/auth'
import { sql, type Transaction } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import { type Order, OrderId } from '../model.ts'
import type { Tables } from './tables.ts'
import { type OrderRow, toOrder } from './to-order.ts'

/** The caller's own orders, or all of the tenant, which row-level security shows to support staff only. */
export type Whose = 'own' | 'tenant'

/** One order by id or number with all that belongs to it, in one statement. */
export async function selectOrder(
  trx: Transaction<Tables>,
  { tenant, subject }: Pick<Principal, 'tenant' | 'subject'>,
  ref: string,
  whose: Whose,
): Promise<Order | undefined> {
  const id = OrderId.safeParse(ref)
  const row: OrderRow | undefined = await trx
    .selectFrom('orders as o')
    .innerJoin('customers as c', (join) =>
      join.onRef('c.tenant', '=', 'o.tenant').onRef('c.id', '=', 'o.customer_id'),
    )
    .where('o.tenant', '=', tenant)
    .$if(whose === 'own', (query) => query.where('o.subject', '=', subject))
    .where((eb) => (id.success ? eb('o.id', '=', id.data) : eb('o.number', '=', ref)))
    .selectAll('o')
    .select([
      'c.name as customer_name',
      'c.address as customer_address',
      'c.city as customer_city',
      'c.region as customer_region',
      'c.postal_code as customer_postal_code',
      'c.country as customer_country',
    ])
    .select((eb) => [
      jsonArrayFrom(
        eb
          .selectFrom('order_lines as l')
          .whereRef('l.tenant', '=', 'o.tenant')
          .whereRef('l.order_id', '=', 'o.id')
          .orderBy('l.line')
          .select([
            'l.line',
            'l.product_id',
            'l.unit_price_minor',
            'l.quantity',
            'l.discount_bp',
            'l.charged_minor',
          ])
          // Each looked up by itself: how many lines an order has is estimated badly, and a join then reads all products.
          .select((line) => [
            line
              .selectFrom('products as p')
              .whereRef('p.tenant', '=', 'l.tenant')
              .whereRef('p.id', '=', 'l.product_id')
              .select('p.name')
              .$asScalar()
              .$notNull()
              .as('product_name'),
            // JSON numbers would lose digits of a numeric, so it travels as text.
            sql<string>`${line.ref('l.exact_minor')}::text`.as('exact_minor'),
            line
              .selectFrom('refund_lines as r')
              .whereRef('r.tenant', '=', 'l.tenant')
              .whereRef('r.order_id', '=', 'l.order_id')
              .whereRef('r.line', '=', 'l.line')
              .where('o.has_refunds', 'is', true)
              .select('r.refund_id')
              .as('refund_id'),
          ]),
      ).as('lines'),
      jsonArrayFrom(
        eb
          .selectFrom('refunds as f')
          .whereRef('f.tenant', '=', 'o.tenant')
          .whereRef('f.order_id', '=', 'o.id')
          .where('o.has_refunds', 'is', true)
          .orderBy('f.requested_at')
          .orderBy('f.id')
          .select(['f.id', 'f.amount_minor', 'f.shipping_minor', 'f.reason', 'f.requested_at']),
      ).as('refunds'),
    ])
    .executeTakeFirst()
  return row && toOrder(row)
}
