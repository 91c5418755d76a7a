import { z } from 'zod'
import { explorer } from '../apps/explorer.ts'
import { analytics } from '../domain.ts'
import { METRICS } from '../metrics/catalogue.ts'
import { TableResult } from '../model.ts'
import { MetricRequest } from '../query/request.ts'
import { ask } from './ask.ts'
import { CACHED } from './cached.ts'

export const queryMetric = analytics.defineTool({
  name: 'query_metric',
  title: 'Query a metric',
  description:
    'Ask one metric, by dimensions, by period, over some days, filtered. For the usual questions take ' +
    'revenue_by_period, top_products, customer_lifetime_value, cohort_retention or compare_periods. ' +
    `Metrics: ${METRICS.map(({ name }) => name).join(', ')}. What they mean says list_metrics.`,
  effect: 'read',
  scopes: ['analytics:read'],
  cache: CACHED,
  app: explorer,
  input: MetricRequest,
  output: z.strictObject(TableResult),
  async run(context) {
    const { metric, dimensions, filters, grain, from, to, order, limit } = context.input
    return await ask(context, {
      metrics: [metric],
      dimensions,
      filters,
      grain,
      range: { from, to },
      order,
      limit,
    })
  },
})
