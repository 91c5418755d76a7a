import { z } from 'zod'
import { orders } from '../domain.ts'
import { OrderStatus, OrderSummary } from '../model.ts'
import { checkRange, DateRange, NextCursor, Paging } from './page.ts'

export const listMyOrders = orders.defineTool({
  name: 'list_my_orders',
  title: 'List my orders',
  description:
    'List the signed-in customer’s own orders, newest first, with status and totals. ' +
    'For the lines, addresses and shipment of one, use get_order.',
  effect: 'read',
  scopes: ['orders:read'],
  cache: { ttl: '30s', shared: 'principal', tags: ['order'] },
  input: z.object({ status: OrderStatus.optional().describe('Left out: all'), ...DateRange, ...Paging }),
  output: z.strictObject({ orders: z.array(OrderSummary), next_cursor: NextCursor }),
  async run({ input, deps, principal, signal }) {
    checkRange(input)
    const { cursor, limit, ...filter } = input
    const query = ['list_my_orders', filter]
    const after = cursor === undefined ? undefined : deps.cursors.open(principal, query, cursor)
    const page = await deps.orders.list(principal, filter, { limit, after }, { signal })
    return {
      orders: page.items,
      ...(page.last && { next_cursor: deps.cursors.seal(principal, query, page.last) }),
    }
  },
})
