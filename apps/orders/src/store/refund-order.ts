import { randomBytes } from 'node:crypto'
import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { sql, type Transaction } from 'kysely'
import { type OrderId, Refunded } from '../model.ts'
import { money } from '../money.ts'
import { type Paid, planRefund } from '../rules.ts'
import { actOnce, earlierAnswer, type OnceKey } from './once.ts'
import { lockOwnOrder } from './own-order.ts'
import { toSummary } from './summary.ts'
import type { Tables } from './tables.ts'

export interface RefundRequest {
  once: OnceKey
  /** Line numbers; all that is left when undefined. */
  lines: readonly number[] | undefined
  reason: string | undefined
}

/**
 * Refund one of the caller's orders, once for each key. The lock on the order makes concurrent refunds take
 * turns, so that each plans with what the one before has left. Throws NotFoundError, ConflictError, InvalidError.
 */
export async function refundOrder(
  db: Database<Tables>,
  principal: Principal,
  id: OrderId,
  { once, lines, reason }: RefundRequest,
  { signal }: { signal: AbortSignal },
): Promise<Refunded> {
  return await db.inTenant(
    principal,
    async (trx) =>
      await actOnce(trx, principal, once, Refunded, async () => {
        const order = await lockOwnOrder(trx, principal, id)
        const plan = planRefund({ ...order, ...(await paidParts(trx, principal.tenant, order)) }, lines)
        const refundId = `ref_${randomBytes(12).toString('hex')}`
        const { requested_at } = await trx
          .insertInto('refunds')
          .values({
            tenant: principal.tenant,
            id: refundId,
            order_id: id,
            amount_minor: plan.amountMinor,
            shipping_minor: plan.shippingMinor,
            reason: reason ?? null,
          })
          .returning('requested_at')
          .executeTakeFirstOrThrow()
        if (plan.lines.length > 0) {
          await trx
            .insertInto('refund_lines')
            .values(
              plan.lines.map(({ line, amountMinor }) => ({
                tenant: principal.tenant,
                order_id: id,
                line,
                refund_id: refundId,
                amount_minor: amountMinor,
              })),
            )
            .execute()
        }
        const refunded_minor = order.refunded_minor + plan.amountMinor
        await trx
          .updateTable('orders')
          .set({ status: plan.status, refunded_minor })
          .where('tenant', '=', principal.tenant)
          .where('id', '=', id)
          .execute()
        return {
          refund: {
            id: refundId,
            amount: money(plan.amountMinor, order.currency),
            shipping: money(plan.shippingMinor, order.currency),
            lines: plan.lines.map(({ line, amountMinor }) => ({
              line,
              amount: money(amountMinor, order.currency),
            })),
            reason: reason ?? null,
            requested_at: requested_at.toISOString(),
          },
          order: toSummary({ ...order, status: plan.status, refunded_minor }),
        }
      }),
    { signal },
  )
}

/** What this very call was answered before, if it was. Throws ConflictError when its key belongs to another. */
export async function earlierRefund(
  db: Database<Tables>,
  principal: Principal,
  once: OnceKey,
  options: { signal: AbortSignal },
): Promise<Refunded | undefined> {
  return await earlierAnswer(db, principal, once, Refunded, options)
}

async function paidParts(
  trx: Transaction<Tables>,
  tenant: string,
  order: { id: OrderId; shipping_minor: number },
): Promise<Pick<Paid, 'lines' | 'shippingMinor' | 'shippingRefundedMinor'>> {
  const lines = await trx
    .selectFrom('order_lines as l')
    .where('l.tenant', '=', tenant)
    .where('l.order_id', '=', order.id)
    .orderBy('l.line')
    .select((eb) => [
      'l.line',
      'l.charged_minor as chargedMinor',
      eb
        .exists(
          eb
            .selectFrom('refund_lines as r')
            .whereRef('r.tenant', '=', 'l.tenant')
            .whereRef('r.order_id', '=', 'l.order_id')
            .whereRef('r.line', '=', 'l.line'),
        )
        .as('refunded'),
    ])
    .execute()
  const { shipping } = await trx
    .selectFrom('refunds')
    .where('tenant', '=', tenant)
    .where('order_id', '=', order.id)
    .select(sql<number>`coalesce(sum(shipping_minor), 0)::bigint`.as('shipping'))
    .executeTakeFirstOrThrow()
  return {
    lines: lines.map((line) => ({ ...line, refunded: Boolean(line.refunded) })),
    shippingMinor: order.shipping_minor,
    shippingRefundedMinor: shipping,
  }
}
