import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { type ExpressionBuilder, sql, type Transaction } from 'kysely'
import type { FoundOrder, OrderStatus, SearchSummary } from '../model.ts'
import { exactMajor, money } from '../money.ts'
import {
  matching,
  newestFirst,
  type OrderFilter,
  type Paged,
  type PageRequest,
  pageOf,
  SUMMARY_COLUMNS,
  toSummary,
} from './summary.ts'
import { SUPPORT } from './support.ts'
import type { Tables } from './tables.ts'

export interface SearchFilter extends OrderFilter {
  /** Customer code, such as QUICK. */
  customer?: string | undefined
  number?: string | undefined
}

/** Orders of every customer of the tenant, newest first; the first page comes with totals over all that match. */
export async function searchOrders(
  db: Database<Tables>,
  principal: Principal,
  filter: SearchFilter,
  page: PageRequest,
  { signal }: { signal: AbortSignal },
): Promise<Paged<FoundOrder> & { summary: SearchSummary | undefined }> {
  return await db.inTenant(
    principal,
    async (trx) => {
      const found = trx.selectFrom('orders').where((eb) => wanted(eb, principal, filter))
      const rows = await newestFirst(
        found.select(SUMMARY_COLUMNS).select((eb) => [
          'orders.customer_id',
          eb
            .selectFrom('customers')
            .select('customers.name')
            .whereRef('customers.tenant', '=', 'orders.tenant')
            .whereRef('customers.id', '=', 'orders.customer_id')
            .$asScalar()
            .$notNull()
            .as('customer_name'),
        ]),
        page,
      ).execute()
      const found_orders = pageOf(rows, page.limit, (row) => ({
        ...toSummary(row),
        customer: { id: row.customer_id, name: row.customer_name },
      }))
      const summary = page.after ? undefined : await summarise(trx, principal, filter)
      return { ...found_orders, summary }
    },
    { signal, readOnly: true, scopes: SUPPORT },
  )
}

async function summarise(
  trx: Transaction<Tables>,
  principal: Principal,
  filter: SearchFilter,
): Promise<SearchSummary> {
  const groups = await trx
    .selectFrom('orders')
    .where((eb) => wanted(eb, principal, filter))
    .select((eb) => [
      eb.ref('orders.status').$castTo<OrderStatus | null>().as('status'),
      eb.ref('orders.currency').$castTo<string | null>().as('currency'),
      sql<number>`count(*)`.as('count'),
      sql<number>`sum(orders.goods_minor)::bigint`.as('charged'),
      sql<string>`sum(orders.goods_exact_minor)`.as('exact'),
    ])
    .groupBy(sql`grouping sets ((orders.status), (orders.currency))`)
    .orderBy('count', 'desc')
    .orderBy('status')
    .orderBy('currency')
    .execute()
  const by_status = groups.flatMap(({ status, count }) => (status === null ? [] : [{ status, count }]))
  return {
    count: by_status.reduce((sum, { count }) => sum + count, 0),
    by_status,
    amounts: groups.flatMap(({ currency, charged, exact }) =>
      currency === null
        ? []
        : [{ charged: money(charged, currency), exact: exactMajor(exact, currency) }],
    ),
  }
}

function wanted(eb: ExpressionBuilder<Tables, 'orders'>, { tenant }: Principal, filter: SearchFilter) {
  return eb.and([
    eb('orders.tenant', '=', tenant),
    ...(filter.customer ? [eb('orders.customer_id', '=', filter.customer)] : []),
    ...(filter.number ? [eb('orders.number', '=', filter.number)] : []),
    matching(eb, filter),
  ])
}
