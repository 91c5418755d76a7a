import { z } from 'zod'
import { explorer } from '../apps/explorer.ts'
import { analytics } from '../domain.ts'
import { metricNamed } from '../metrics/catalogue.ts'
import { type Column, Day, TableResult } from '../model.ts'
import { columnsOf } from '../query/columns.ts'
import { checkDimensions, checkRange, Dimension, Filters, MetricName } from '../query/request.ts'
import { daysBefore } from '../rules.ts'
import { CACHED } from './cached.ts'

export const comparePeriods = analytics.defineTool({
  name: 'compare_periods',
  title: 'Compare periods',
  description:
    'One metric in two ranges of days side by side, with what changed; by a dimension, what changed most comes first. ' +
    'For more than two periods, use revenue_by_period or query_metric with a grain.',
  effect: 'read',
  scopes: ['analytics:read'],
  cache: CACHED,
  app: explorer,
  input: z.object({
    metric: MetricName.default('revenue'),
    from: Day.describe('First day, such as 1997-01-01'),
    to: Day.describe('Last day, such as 1997-03-31'),
    compare_to: z
      .union([z.enum(['previous_period', 'previous_year']), z.strictObject({ from: Day, to: Day })])
      .default('previous_period')
      .describe('As many months or days just before, the same days of the year before, or days of your own'),
    dimension: Dimension.optional().describe('One row for each of its values'),
    filters: Filters,
    limit: z.int().min(1).max(500).default(50).describe('Rows at most'),
  }),
  output: z.strictObject({
    ...TableResult,
    current: z.strictObject({ from: Day, to: Day }),
    previous: z.strictObject({ from: Day, to: Day }),
  }),
  async run({ input, deps, principal, signal }) {
    const { from, to, compare_to, dimension, filters, limit } = input
    const metric = metricNamed(input.metric)
    const dimensions = dimension ? [dimension] : []
    checkRange({ from, to })
    checkDimensions([metric], dimensions, filters)
    const previous = daysBefore({ from, to }, compare_to)
    const question = {
      metrics: [metric],
      dimensions,
      filters: await deps.names.resolve(principal, filters, { signal }),
      range: { from, to },
      order: { by: 'size', descending: true },
      limit,
    }
    const answer = await deps.figures.compare(principal, { question, before: previous }, { signal })
    const keys = columnsOf(question).slice(0, -1)
    const figures = columnsOf({ metrics: [metric], dimensions: [] }).slice(-1)
    const sides = figures.flatMap((column): Column[] => [
      { ...column, name: 'current', title: `${metric.title}, ${from} to ${to}` },
      { ...column, name: 'previous', title: `${metric.title}, ${previous.from} to ${previous.to}` },
      { ...column, name: 'change', title: 'Change' },
    ])
    return { columns: [...keys, ...sides, CHANGE_PERCENT], ...answer, current: { from, to }, previous }
  },
})

const CHANGE_PERCENT: Column = {
  name: 'change_percent',
  title: 'Change in percent of before',
  role: 'measure',
  type: 'decimal',
  format: 'percent',
  unit: '%',
}
