import { z } from 'zod'
import { explorer } from '../apps/explorer.ts'
import { analytics } from '../domain.ts'
import { Grain, Range, TableResult } from '../model.ts'
import { fillPeriods } from '../query/fill-periods.ts'
import { Filters } from '../query/request.ts'
import { ask } from './ask.ts'
import { CACHED } from './cached.ts'

export const revenueByPeriod = analytics.defineTool({
  name: 'revenue_by_period',
  title: 'Revenue by period',
  description:
    'Revenue, orders, units and average order value by day, week, month, quarter or year; periods without sales have 0. ' +
    'To set two ranges side by side, use compare_periods.',
  effect: 'read',
  scopes: ['analytics:read'],
  cache: CACHED,
  app: explorer,
  input: z.object({
    grain: Grain.default('month').describe('How long a period is'),
    ...Range,
    filters: Filters,
    limit: z.int().min(1).max(1000).default(400).describe('Rows at most'),
  }),
  output: z.strictObject(TableResult),
  async run(context) {
    const { grain, from, to, filters, limit } = context.input
    const metrics = ['revenue', 'orders', 'units', ...(isByOrder(filters) ? ['average_order_value'] : [])]
    const table = await ask(context, { metrics, filters, grain, range: { from, to }, limit })
    return fillPeriods(table, { grain, from, to, limit })
  },
})

/** What an order is worth says nothing of one product of it. */
function isByOrder(filters: z.output<typeof Filters>): boolean {
  return filters.every(({ dimension }) => dimension !== 'product' && dimension !== 'category')
}
