import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql } from 'kysely'
import { Cancelled, type OrderId } from '../model.ts'
import { assertCancellable } from '../rules.ts'
import { actOnce, earlierAnswer, type OnceKey } from './once.ts'
import { lockOwnOrder } from './own-order.ts'
import { toSummary } from './summary.ts'
import type { Tables } from './tables.ts'

/** Cancel one of the caller's orders, once for each key. Throws NotFoundError and ConflictError. */
export async function cancelOrder(
  db: Database<Tables>,
  principal: Principal,
  id: OrderId,
  { once, reason }: { once: OnceKey; reason: string | undefined },
  { signal }: { signal: AbortSignal },
): Promise<Cancelled> {
  return await db.inTenant(
    principal,
    async (trx) =>
      await actOnce(trx, principal, once, Cancelled, async () => {
        const order = await lockOwnOrder(trx, principal, id)
        assertCancellable(order.number, order.status)
        const { cancelled_at } = await trx
          .updateTable('orders')
          .set({ status: 'cancelled', cancelled_at: sql<Date>`now()`, cancel_reason: reason ?? null })
          .where('tenant', '=', principal.tenant)
          .where('id', '=', id)
          .returning(sql<Date>`cancelled_at`.as('cancelled_at'))
          .executeTakeFirstOrThrow()
        return {
          order: toSummary({ ...order, status: 'cancelled' }),
          cancelled_at: cancelled_at.toISOString(),
          reason: reason ?? null,
        }
      }),
    { signal },
  )
}

/** What this very call was answered before, if it was. Throws ConflictError when its key belongs to another. */
export async function earlierCancellation(
  db: Database<Tables>,
  principal: Principal,
  once: OnceKey,
  options: { signal: AbortSignal },
): Promise<Cancelled | undefined> {
  return await earlierAnswer(db, principal, once, Cancelled, options)
}
