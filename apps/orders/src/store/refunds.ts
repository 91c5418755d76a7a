import { randomBytes } from 'node:crypto'
import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { type Selectable, sql, type Transaction } from 'kysely'
import { type OrderId, type Refund, Refunded } from '../model.ts'
import { money } from '../money.ts'
import { type Paid, planRefund, type RefundPlan } from '../rules.ts'
import { actOnce, earlierAnswer, type OnceKey } from './once.ts'
import type { Options } from './orders.ts'
import { lockOwnOrder } from './own-order.ts'
import { toSummary } from './summary.ts'
import type { Tables } from './tables.ts'

export interface RefundRequest {
  once: OnceKey
  /** Line numbers; all that is left when undefined. */
  lines: readonly number[] | undefined
  reason: string | undefined
}

export function refundStore(database: Database<Tables>) {
  return {
    /** What this very call was answered before, if it was. Throws ConflictError when its key belongs to another. */
    async earlier(principal: Principal, once: OnceKey, { signal }: Options): Promise<Refunded | undefined> {
      return await earlierAnswer(database, principal, once, Refunded, { signal })
    },

    /**
     * Refund one of the caller's own orders, once for each key. The lock on the order makes concurrent refunds
     * take turns, so that each plans with what the one before has left.
     * Throws NotFoundError, ConflictError and InvalidError.
     */
    async make(
      principal: Principal,
      id: OrderId,
      request: RefundRequest,
      { signal }: Options,
    ): Promise<Refunded> {
      return await database.inTenant(
        principal,
        async (trx) =>
          await actOnce(trx, principal, request.once, Refunded, async () => {
            const order = await lockOwnOrder(trx, principal, id)
            const plan = planRefund({ ...order, ...(await paidParts(trx, order)) }, request.lines)
            const refund = await insertRefund(trx, order, plan, request.reason ?? null)
            const refunded_minor = order.refunded_minor + plan.amountMinor
            await trx
              .updateTable('orders')
              .set({ status: plan.status, refunded_minor })
              .where('tenant', '=', order.tenant)
              .where('id', '=', id)
              .execute()
            return { refund, order: toSummary({ ...order, status: plan.status, refunded_minor }) }
          }),
        { signal },
      )
    },
  }
}

type OrderColumns = Selectable<Tables['orders']>

async function insertRefund(
  trx: Transaction<Tables>,
  { tenant, id: order_id, currency }: OrderColumns,
  { amountMinor, shippingMinor, lines }: RefundPlan,
  reason: string | null,
): Promise<Refund> {
  const id = `ref_${randomBytes(12).toString('hex')}`
  const { requested_at } = await trx
    .insertInto('refunds')
    .values({ tenant, id, order_id, amount_minor: amountMinor, shipping_minor: shippingMinor, reason })
    .returning('requested_at')
    .executeTakeFirstOrThrow()
  if (lines.length > 0) {
    const rows = lines.map(({ line, amountMinor: amount_minor }) => ({
      tenant,
      order_id,
      line,
      refund_id: id,
      amount_minor,
    }))
    await trx.insertInto('refund_lines').values(rows).execute()
  }
  return {
    id,
    amount: money(amountMinor, currency),
    shipping: money(shippingMinor, currency),
    lines: lines.map(({ line, amountMinor: minor }) => ({ line, amount: money(minor, currency) })),
    reason,
    requested_at: requested_at.toISOString(),
  }
}

async function paidParts(
  trx: Transaction<Tables>,
  { tenant, id, shipping_minor }: OrderColumns,
): Promise<Pick<Paid, 'lines' | 'shippingMinor' | 'shippingRefundedMinor'>> {
  const lines = await trx
    .selectFrom('order_lines as l')
    .where('l.tenant', '=', tenant)
    .where('l.order_id', '=', id)
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
    .where('order_id', '=', id)
    .select(sql<number>`coalesce(sum(shipping_minor), 0)::bigint`.as('shipping'))
    .executeTakeFirstOrThrow()
  return {
    lines: lines.map((line) => ({ ...line, refunded: Boolean(line.refunded) })),
    shippingMinor: shipping_minor,
    shippingRefundedMinor: shipping,
  }
}
