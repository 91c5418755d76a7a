import { contractSuite } from '@atoll/testing'
import { server } from '../src/server.ts'
import { figuresServer } from './figures-server.ts'

contractSuite({
  server,
  async start() {
    const { deps, close } = await figuresServer()
    return { deps, close }
  },
  owner: { subject: 'ana', scopes: ['analytics:read'] },
  examples: {
    list_metrics: {},
    query_metric: { metric: 'revenue', dimensions: ['customer'], limit: 5 },
    revenue_by_period: { grain: 'month', from: '2026-01-01', to: '2026-06-30' },
    top_products: { limit: 5 },
    customer_lifetime_value: { limit: 5 },
    cohort_retention: { months: 3 },
    compare_periods: { from: '2026-07-01', to: '2026-09-30', dimension: 'category' },
  },
  secrets: ['Alice Andersson', 'Standing Desk Alto', 'Redwood Games'],
})
