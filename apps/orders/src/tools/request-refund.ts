import { NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { orders } from '../domain.ts'
import { OrderRef, Refunded } from '../model.ts'
import { money } from '../money.ts'
import { paidOf, planRefund } from '../rules.ts'
import { onceKey } from '../store/once.ts'
import { ActOnce, Reason } from './act-once.ts'

export const requestRefund = orders.defineTool({
  name: 'request_refund',
  title: 'Request a refund',
  description:
    'Get money back for one of the signed-in customer’s own delivered orders: for chosen lines as charged, or without ' +
    'lines for everything not yet paid back, shipping too. For an order not yet shipped, use cancel_order.',
  effect: 'destroy',
  idempotent: true,
  scopes: ['orders:write'],
  clears: ['order'],
  input: z.object({
    id: OrderRef,
    lines: z
      .array(z.int().min(1))
      .min(1)
      .max(1000)
      .optional()
      .describe('Line numbers from get_order; leave out to refund the whole order'),
    reason: Reason,
    ...ActOnce,
  }),
  output: Refunded,
  async run({ input, deps, principal, signal, interaction, changed }) {
    const { id, reason } = input
    const lines = input.lines && [...new Set(input.lines)].sort((a, b) => a - b)
    const once = onceKey('request_refund', input.idempotency_key, { id, lines, reason })
    // In this order: an order that shows the effect of this very call also has its answer.
    const order = await deps.orders.find(principal, id, { signal })
    const earlier = await deps.refunds.earlier(principal, once, { signal })
    if (earlier) return earlier
    if (!order) throw new NotFoundError('order', id)
    const plan = planRefund(paidOf(order), lines)
    const amount = money(plan.amountMinor, order.totals.total.currency).text
    const part = lines ? `line ${lines.join(', ')} of order ${order.number}` : `order ${order.number}`
    await interaction.confirm(`Refund ${amount} for ${part}? This cannot be undone.`, input.confirm)
    const answer = await deps.refunds.make(principal, order.id, { once, lines, reason }, { signal })
    changed.resource(`order://${order.id}`)
    return answer
  },
})
