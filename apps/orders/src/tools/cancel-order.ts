import { NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { orders } from '../domain.ts'
import { Cancelled, OrderRef } from '../model.ts'
import { assertCancellable } from '../rules.ts'
import { onceKey } from '../store/once.ts'
import { ActOnce, Reason } from './act-once.ts'

export const cancelOrder = orders.defineTool({
  name: 'cancel_order',
  title: 'Cancel an order',
  description:
    'Cancel one of the signed-in customer’s own orders while it is pending or processing. This cannot be undone. ' +
    'For a delivered order, use request_refund.',
  effect: 'destroy',
  idempotent: true,
  scopes: ['orders:write'],
  clears: ['order'],
  input: z.object({ id: OrderRef, reason: Reason, ...ActOnce }),
  output: Cancelled,
  async run({ input, deps, principal, signal, interaction, changed }) {
    const { id, reason } = input
    const once = onceKey('cancel_order', input.idempotency_key, { id, reason })
    // In this order: an order that shows the effect of this very call also has its answer.
    const order = await deps.orders.find(principal, id, { signal })
    const earlier = await deps.cancellations.earlier(principal, once, { signal })
    if (earlier) return earlier
    if (!order) throw new NotFoundError('order', id)
    assertCancellable(order.number, order.status)
    await interaction.confirm(
      `Cancel order ${order.number} of ${order.ordered_on} worth ${order.totals.total.text}? This cannot be undone.`,
      input.confirm,
    )
    const answer = await deps.cancellations.make(principal, order.id, { once, reason }, { signal })
    changed.resource(`order://${order.id}`)
    return answer
  },
})
