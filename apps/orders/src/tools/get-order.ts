import { NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { orders } from '../domain.ts'
import { Order, OrderRef } from '../model.ts'

export const getOrder = orders.defineTool({
  name: 'get_order',
  title: 'Get an order',
  description:
    'Look up one of the signed-in customer’s own orders by id or number: lines, totals, addresses, shipment, refunds. ' +
    'To find an order, use list_my_orders; for another customer’s, support staff use get_customer_order.',
  effect: 'read',
  scopes: ['orders:read'],
  cache: { ttl: '30s', shared: 'principal', tags: ['order'] },
  input: z.object({ id: OrderRef }),
  output: z.strictObject({ order: Order }),
  async run({ input, deps, principal, signal }) {
    const order = await deps.orders.find(principal, input.id, { signal })
    if (!order) throw new NotFoundError('order', input.id)
    return { order }
  },
})
