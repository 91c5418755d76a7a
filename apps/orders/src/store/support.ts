import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { type ExpressionBuilder, type RawBuilder, sql, type Transaction } from 'kysely'
import type { FoundOrder, Order, SearchSummary } from '../model.ts'
import type { Options } from './orders.ts'
import { type Paged, type PageRequest, pageOf } from './page.ts'
import { selectOrder } from './select-order.ts'
import { type Sum, sumsOf, toSearchSummary } from './summarise.ts'
import {
  matching,
  newestFirst,
  type OrderFilter,
  SUMMARY_COLUMNS,
  type SummaryRow,
  toSummary,
} from './summary.ts'
import type { Tables } from './tables.ts'

export interface SearchFilter extends OrderFilter {
  /** Customer code, such as QUICK. */
  customer?: string | undefined
  number?: string | undefined
}

/**
 * The orders of every customer, for callers with the scope `orders:support`. Only here row-level security is told
 * of scopes: everywhere else it shows support staff what is their own.
 */
export function supportStore(database: Database<Tables>) {
  return {
    /** Newest first; the first page comes with totals over all that match. */
    async search(
      principal: Principal,
      filter: SearchFilter,
      page: PageRequest,
      { signal }: Options,
    ): Promise<Paged<FoundOrder> & { summary: SearchSummary | undefined }> {
      return await database.inTenant(
        principal,
        async (trx) => {
          const { rows } = await selectFound(trx, principal, filter, page).execute(trx)
          const found = pageOf(rows, page, toFound, ({ ordered_on, id }) => [ordered_on, id])
          return { ...found, summary: page.after ? undefined : toSearchSummary(rows[0]?.sums ?? []) }
        },
        { signal, readOnly: true, scopes: principal.scopes },
      )
    },

    /** Any customer's order, by id or number. */
    async find(principal: Principal, ref: string, { signal }: Options): Promise<Order | undefined> {
      return await database.inTenant(principal, (trx) => selectOrder(trx, principal, ref, 'tenant'), {
        signal,
        readOnly: true,
        scopes: principal.scopes,
      })
    },
  }
}

function selectFound(
  trx: Transaction<Tables>,
  principal: Pick<Principal, 'tenant'>,
  filter: SearchFilter,
  page: PageRequest,
) {
  const found = trx
    .selectFrom('orders')
    .where((eb) => wanted(eb, principal, filter))
    .select(SUMMARY_COLUMNS)
    .select((eb) => [
      'orders.customer_id',
      eb
        .selectFrom('customers')
        .select('customers.name')
        .whereRef('customers.tenant', '=', 'orders.tenant')
        .whereRef('customers.id', '=', 'orders.customer_id')
        .$asScalar()
        .$notNull()
        .as('customer_name'),
    ])
    .$if(!page.after, (query) => query.select(onFirstRow(sumsOf(trx, principal, filter)).as('sums')))
  return newestFirst(found, page)
}

/** Sums travel with the page, which saves a round trip: a page without rows has nothing to add up. */
function onFirstRow(sums: RawBuilder<Sum[] | null>): RawBuilder<Sum[] | null> {
  return sql`case when row_number() over (order by orders.ordered_on desc, orders.id desc) = 1 then ${sums} end`
}

function toFound(row: SummaryRow & { customer_id: string; customer_name: string }): FoundOrder {
  return { ...toSummary(row), customer: { id: row.customer_id, name: row.customer_name } }
}

export function wanted(
  eb: ExpressionBuilder<Tables, 'orders'>,
  { tenant }: Pick<Principal, 'tenant'>,
  filter: SearchFilter,
) {
  return eb.and([
    eb('orders.tenant', '=', tenant),
    ...(filter.customer ? [eb('orders.customer_id', '=', filter.customer)] : []),
    ...(filter.number ? [eb('orders.number', '=', filter.number)] : []),
    matching(eb, filter),
  ])
}
