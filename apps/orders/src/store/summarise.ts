import type { Principal } from '@atoll/auth'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { OrderStatus, SearchSummary } from '../model.ts'
import { exactMajor, money } from '../money.ts'
import { type Span, spans } from './spans.ts'
import type { OrderFilter } from './summary.ts'
import { type SearchFilter, wanted } from './support.ts'
import type { Tables } from './tables.ts'

/** What is counted and added up of one status, or of one currency. */
export interface Sum {
  status: OrderStatus | null
  currency: string | null
  count: number
  charged: number
  exact: string
}

/**
 * SQL for the `Sum`s of all orders that match, as JSON, null when none does: those of a customer are added up one by
 * one, all others from the sums that are kept of each day and month.
 */
export function sumsOf(
  trx: Transaction<Tables>,
  principal: Pick<Principal, 'tenant'>,
  filter: SearchFilter,
): RawBuilder<Sum[] | null> {
  const isFew = filter.customer !== undefined || filter.number !== undefined
  const counted = isFew ? ordersThemselves(trx, principal, filter) : keptSums(principal, filter)
  // JSON numbers would lose digits of a numeric, so it travels as text.
  return sql`(
    select json_agg(json_build_object(
      'status', status, 'currency', currency, 'count', count, 'charged', charged, 'exact', exact
    ) order by count desc, status, currency)
    from (
      select status, currency, sum(orders)::bigint as count, sum(goods_minor)::bigint as charged,
        sum(goods_exact_minor)::text as exact
      from (${counted}) as counted
      group by grouping sets ((status), (currency)) having sum(orders) > 0
    ) as sums
  )`
}

export function toSearchSummary(sums: readonly Sum[]): SearchSummary {
  const by_status = sums.flatMap(({ status, count }) => (status === null ? [] : [{ status, count }]))
  return {
    count: by_status.reduce((sum, { count }) => sum + count, 0),
    by_status,
    amounts: sums.flatMap(({ currency, charged, exact }) =>
      currency === null ? [] : [{ charged: money(charged, currency), exact: exactMajor(exact, currency) }],
    ),
  }
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
