import type { Principal } from '@atoll/auth'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { OrderStatus, SearchSummary } from '../model.ts'
import { exactMajor, money } from '../money.ts'
import { type Span, spans } from './spans.ts'
import type { OrderFilter } from './summary.ts'
import { type SearchFilter, wanted } from './support.ts'
import type { Tables } from './tables.ts'

/**
 * Count and add up all orders that match: those of a customer one by one, all others by the sums that are kept of
 * each day and month.
 */
export async function summarise(
  trx: Transaction<Tables>,
  principal: Principal,
  filter: SearchFilter,
): Promise<SearchSummary> {
  const { rows } = await summaryStatement(trx, principal, filter).execute(trx)
  const by_status = rows.flatMap(({ status, count }) => (status === null ? [] : [{ status, count }]))
  return {
    count: by_status.reduce((sum, { count }) => sum + count, 0),
    by_status,
    amounts: rows.flatMap(({ currency, charged, exact }) =>
      currency === null ? [] : [{ charged: money(charged, currency), exact: exactMajor(exact, currency) }],
    ),
  }
}

interface Row {
  status: OrderStatus | null
  currency: string | null
  count: number
  charged: number
  exact: string
}

export function summaryStatement(
  trx: Transaction<Tables>,
  principal: Pick<Principal, 'tenant'>,
  filter: SearchFilter,
): RawBuilder<Row> {
  const isFew = filter.customer !== undefined || filter.number !== undefined
  const counted = isFew ? ordersThemselves(trx, principal, filter) : keptSums(principal, filter)
  return sql<Row>`
    select status, currency, sum(orders)::bigint as count, sum(goods_minor)::bigint as charged,
      sum(goods_exact_minor) as exact
    from (${counted}) as counted
    group by grouping sets ((status), (currency)) having sum(orders) > 0
    order by count desc, status, currency`
}

function ordersThemselves(
  trx: Transaction<Tables>,
  principal: Pick<Principal, 'tenant'>,
  filter: SearchFilter,
) {
  return sql`${trx
    .selectFrom('orders')
    .where((eb) => wanted(eb, principal, filter))
    .select(['orders.status', 'orders.currency', 'orders.goods_minor', 'orders.goods_exact_minor'])
    .select(sql<number>`1`.as('orders'))}`
}

function keptSums({ tenant }: Pick<Principal, 'tenant'>, { status, ordered_from, ordered_to }: OrderFilter) {
  const parts = spans(ordered_from, ordered_to).map(
    (span) => sql`
      select status, currency, orders, goods_minor, goods_exact_minor from order_sums
      where tenant = ${tenant} and ${within(span)} ${status ? sql`and status = ${status}` : sql``}`,
  )
  return sql.join(parts, sql` union all `)
}

function within({ grain, from, to }: Span): RawBuilder<boolean> {
  const bounds = [
    sql`grain = ${grain}`,
    ...(from === undefined ? [] : [sql`starts_on >= ${from}`]),
    ...(to === undefined ? [] : [sql`starts_on <= ${to}`]),
  ]
  return sql<boolean>`${sql.join(bounds, sql` and `)}`
}
