import { z } from 'zod'
import { orders } from '../domain.ts'
import { FoundOrder, OrderStatus, SearchSummary, text } from '../model.ts'
import { checkRange, DateRange, NextCursor, Paging } from './page.ts'

export const searchOrders = orders.defineTool({
  name: 'search_orders',
  title: 'Search all orders',
  description:
    'For support staff: find, count and add up the orders of all customers by customer, number, status or date. ' +
    'The summary covers every match, so a question about how many or how much needs one call with limit 1. ' +
    'For the lines of one order, use get_customer_order.',
  effect: 'read',
  scopes: ['orders:support'],
  cache: { ttl: '30s', shared: 'principal', tags: ['order'] },
  input: z.object({
    customer: text(60).optional().describe('Customer code, such as QUICK'),
    number: text(60).optional().describe('Order number, such as 10248'),
    status: OrderStatus.optional().describe('Left out: all'),
    ...DateRange,
    ...Paging,
  }),
  output: z.strictObject({
    orders: z.array(FoundOrder).describe('This page, newest first'),
    summary: SearchSummary.optional().describe('Only on the first page'),
    next_cursor: NextCursor,
  }),
  async run({ input, deps, principal, signal }) {
    checkRange(input)
    const { cursor, limit, ...filter } = input
    const query = ['search_orders', filter]
    const after = cursor === undefined ? undefined : deps.cursors.open(principal, query, cursor)
    const page = await deps.support.search(principal, filter, { limit, after }, { signal })
    return {
      orders: page.items,
      ...(page.summary && { summary: page.summary }),
      ...(page.last && { next_cursor: deps.cursors.seal(principal, query, page.last) }),
    }
  },
})
