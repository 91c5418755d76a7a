import { NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { orders } from '../domain.ts'
import { Order, OrderRef } from '../model.ts'

export const getCustomerOrder = orders.defineTool({
  name: 'get_customer_order',
  title: 'Get a customer’s order',
  description:
    'For support staff: look up any customer’s order by id or number, with lines, totals, addresses, shipment, refunds. ' +
    'To find orders or add them up, use search_orders; customers use get_order for their own.',
  effect: 'read',
  scopes: ['orders:support'],
  cache: { ttl: '30s', shared: 'principal', tags: ['order'] },
  input: z.object({ id: OrderRef }),
  output: z.strictObject({ order: Order }),
  async run({ input, deps, principal, signal }) {
    const order = await deps.support.find(principal, input.id, { signal })
    if (!order) throw new NotFoundError('order', input.id)
    return { order }
  },
})
