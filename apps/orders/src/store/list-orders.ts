import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import type { OrderSummary } from '../model.ts'
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
import type { Tables } from './tables.ts'

/** The caller's own orders, newest first. */
export async function listOrders(
  db: Database<Tables>,
  principal: Principal,
  filter: OrderFilter,
  page: PageRequest,
  { signal }: { signal: AbortSignal },
): Promise<Paged<OrderSummary>> {
  return await db.inTenant(
    principal,
    async (trx) => {
      const query = trx
        .selectFrom('orders')
        .select(SUMMARY_COLUMNS)
        .where('orders.tenant', '=', principal.tenant)
        .where('orders.subject', '=', principal.subject)
        .where((eb) => matching(eb, filter))
      return pageOf(await newestFirst(query, page).execute(), page.limit, toSummary)
    },
    { signal, readOnly: true },
  )
}
