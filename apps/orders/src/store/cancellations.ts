import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import { Cancelled, type OrderId } from '../model.ts'
import { assertCancellable } from '../rules.ts'
import { actOnce, earlierAnswer, type OnceKey } from './once.ts'
import type { Options } from './orders.ts'
import { lockOwnOrder } from './own-order.ts'
import { toSummary } from './summary.ts'
import type { Tables } from './tables.ts'

export function cancellationStore(database: Database<Tables>) {
  return {
    /** What this very call was answered before, if it was. Throws ConflictError when its key belongs to another. */
    async earlier(principal: Principal, once: OnceKey, { signal }: Options): Promise<Cancelled | undefined> {
      return await earlierAnswer(database, principal, once, Cancelled, { signal })
    },

    /** Cancel one of the caller's own orders, once for each key. Throws NotFoundError and ConflictError. */
    async make(
      principal: Principal,
      id: OrderId,
      { once, reason = null }: { once: OnceKey; reason: string | null | undefined },
      { signal }: Options,
    ): Promise<Cancelled> {
      return await database.inTenant(
        principal,
        async (trx) =>
          await actOnce(trx, principal, once, Cancelled, async () => {
            const order = await lockOwnOrder(trx, principal, id)
            assertCancellable(order.number, order.status)
            const { cancelled_at } = await trx
              .updateTable('orders')
              .set({ status: 'cancelled', cancelled_at: sql<Date>`now()`, cancel_reason: reason })
              .where('tenant', '=', principal.tenant)
              .where('id', '=', id)
              .returning(sql<Date>`cancelled_at`.as('cancelled_at'))
              .executeTakeFirstOrThrow()
            const summary = toSummary({ ...order, status: 'cancelled' })
            return { order: summary, cancelled_at: cancelled_at.toISOString(), reason }
          }),
        { signal },
      )
    },
  }
}
