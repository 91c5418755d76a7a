import { firstRows } from '@atoll/database'
import type { ExpressionBuilder, RawBuilder, SelectQueryBuilder } from 'kysely'
import type { OrderId, OrderStatus, OrderSummary } from '../model.ts'
import { money } from '../money.ts'
import { MOST_ON_PAGE, type PageRequest } from './page.ts'
import type { Tables } from './tables.ts'

export interface OrderFilter {
  status?: OrderStatus | undefined
  /** Inclusive, `YYYY-MM-DD`. */
  ordered_from?: string | undefined
  ordered_to?: string | undefined
}

export const SUMMARY_COLUMNS = [
  'orders.id',
  'orders.number',
  'orders.status',
  'orders.ordered_on',
  'orders.line_count',
  'orders.currency',
  'orders.goods_minor',
  'orders.shipping_minor',
  'orders.refunded_minor',
] as const

export interface SummaryRow {
  id: OrderId
  number: string
  status: OrderStatus
  ordered_on: string
  line_count: number
  currency: string
  goods_minor: number
  shipping_minor: number
  refunded_minor: number
}

export function toSummary(row: SummaryRow): OrderSummary {
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    ordered_on: row.ordered_on,
    line_count: row.line_count,
    goods: money(row.goods_minor, row.currency),
    shipping: money(row.shipping_minor, row.currency),
    total: money(row.goods_minor + row.shipping_minor, row.currency),
    refunded: money(row.refunded_minor, row.currency),
  }
}

export function matching(eb: ExpressionBuilder<Tables, 'orders'>, filter: OrderFilter) {
  const { status, ordered_from, ordered_to } = filter
  return eb.and([
    ...(status ? [eb('orders.status', '=', status)] : []),
    ...(ordered_from ? [eb('orders.ordered_on', '>=', ordered_from)] : []),
    ...(ordered_to ? [eb('orders.ordered_on', '<=', ordered_to)] : []),
  ])
}

/** Newest first, and one row more than the page holds, which says whether there is a next one. */
export function newestFirst<O>(
  query: SelectQueryBuilder<Tables, 'orders', O>,
  { limit, after }: PageRequest,
): RawBuilder<O> {
  const [day, id] = after ?? []
  const sorted = query
    .$if(day !== undefined && id !== undefined, (page) =>
      page.where((eb) =>
        eb(eb.refTuple('orders.ordered_on', 'orders.id'), '<', eb.tuple(day ?? '', (id ?? '') as OrderId)),
      ),
    )
    .orderBy('orders.ordered_on', 'desc')
    .orderBy('orders.id', 'desc')
  return firstRows(sorted, limit + 1, MOST_ON_PAGE + 1)
}
