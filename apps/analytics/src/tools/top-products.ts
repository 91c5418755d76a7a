import { z } from 'zod'
import { explorer } from '../apps/explorer.ts'
import { analytics } from '../domain.ts'
import { Cell, type Column, Range, TableResult } from '../model.ts'
import { Filters } from '../query/request.ts'
import { ask } from './ask.ts'
import { CACHED } from './cached.ts'

const By = z.enum(['revenue', 'units', 'orders'])

export const topProducts = analytics.defineTool({
  name: 'top_products',
  title: 'Top products',
  description:
    'The best selling products by revenue, units or orders, with their share of all that was sold. ' +
    'For one product over time, use revenue_by_period with a filter.',
  effect: 'read',
  scopes: ['analytics:read'],
  cache: CACHED,
  app: explorer,
  input: z.object({
    by: By.default('revenue').describe('What they are ranked by'),
    ...Range,
    filters: Filters,
    limit: z.int().min(1).max(200).default(10).describe('Products at most'),
  }),
  output: z.strictObject({
    ...TableResult,
    totals: z
      .array(z.record(z.string(), Cell))
      .describe('The same figures over all products, for each currency'),
  }),
  async run(context) {
    const { by, from, to, filters, limit } = context.input
    const range = { from, to }
    const metrics = ['revenue', 'units', 'orders']
    const order = { by, direction: 'desc' as const }
    const table = await ask(context, {
      metrics,
      dimensions: ['product', 'category'],
      filters,
      range,
      order,
      limit,
    })
    const totals = await ask(context, { metrics, filters, range, limit: 100 })
    const all = new Map(totals.rows.map((row) => [row.currency, Number(row[by])]))
    return {
      columns: [RANK, ...table.columns, SHARE],
      rows: table.rows.map((row, index) => ({
        rank: index + 1,
        ...row,
        share: share(Number(row[by]), all.get(row.currency ?? null) ?? 0),
      })),
      truncated: table.truncated,
      totals: totals.rows,
    }
  },
})

const RANK: Column = { name: 'rank', title: 'Rank', role: 'dimension', type: 'integer' }
const SHARE: Column = {
  name: 'share',
  title: 'Share of all products, by what they are ranked by',
  role: 'measure',
  type: 'decimal',
  format: 'percent',
  unit: '%',
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((10_000 * part) / whole) / 100
}
