import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import type { Order, OrderSummary } from '../model.ts'
import { type Paged, type PageRequest, pageOf } from './page.ts'
import { selectOrder } from './select-order.ts'
import { matching, newestFirst, type OrderFilter, SUMMARY_COLUMNS, toSummary } from './summary.ts'
import type { Tables } from './tables.ts'

export interface Options {
  signal: AbortSignal
}

export function orderStore(database: Database<Tables>) {
  return {
    /** The caller's own orders, newest first. */
    async list(
      principal: Principal,
      filter: OrderFilter,
      page: PageRequest,
      { signal }: Options,
    ): Promise<Paged<OrderSummary>> {
      const rows = await database.inTenant(
        principal,
        async (trx) => {
          const own = trx
            .selectFrom('orders')
            .select(SUMMARY_COLUMNS)
            .where('orders.tenant', '=', principal.tenant)
            .where('orders.subject', '=', principal.subject)
            .where((eb) => matching(eb, filter))
          return (await newestFirst(own, page).execute(trx)).rows
        },
        { signal, readOnly: true },
      )
      return pageOf(rows, page, toSummary, ({ ordered_on, id }) => [ordered_on, id])
    },

    /** One of the caller's own orders, by id or number. */
    async find(principal: Principal, ref: string, { signal }: Options): Promise<Order | undefined> {
      return await database.inTenant(principal, (trx) => selectOrder(trx, principal, ref, 'own'), {
        signal,
        readOnly: true,
      })
    },
  }
}
