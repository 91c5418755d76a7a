import { migrations } from '@atoll/analytics/migrations/index.ts'
import { server } from '@atoll/analytics/src/server.ts'
import { principal } from '@atoll/testing'
import type { Question, ScaleDomain } from './domain.ts'

const TENANT = 'scale'
const analyst = principal({ subject: 'ann', tenant: TENANT, scopes: ['analytics:read'] })
const YEARS = [2022, 2023, 2024, 2025]

export const analytics: ScaleDomain = {
  name: 'analytics',
  unit: 'orders',
  sizes: [10_000, 1_000_000, 10_000_000],
  server,
  migrations,
  access: 'read',
  seed: (size) => ['--orders', String(size), '--tenant', TENANT],
  questions: () => {
    const days = (call: number) => {
      const year = YEARS[call % YEARS.length]
      return { from: `${year}-02-03`, to: `${year}-10-17` }
    }
    return [
      { ...add('list_metrics', 'all', () => ({})), kind: 'list' },
      add('revenue_by_period', 'by month, all', () => ({})),
      add('revenue_by_period', 'by day, some months', (call) => ({ grain: 'day', ...days(call) })),
      add('top_products', 'of all', () => ({})),
      add('top_products', 'some months', (call) => days(call)),
      add('customer_lifetime_value', 'of all', () => ({})),
      add('customer_lifetime_value', 'of one', () => ({ customers: ['C-000007'] })),
      add('cohort_retention', 'one year', () => ({ from: '2024-01-01', to: '2024-12-31' })),
      add('compare_periods', 'by category', (call) => ({ ...days(call), dimension: 'category' })),
      add('query_metric', 'revenue by country', (call) => ({
        metric: 'revenue',
        dimensions: ['country'],
        ...days(call),
      })),
      add('query_metric', 'orders of a customer by year', () => ({
        metric: 'orders',
        grain: 'year',
        filters: [{ dimension: 'customer', values: ['C-000007'] }],
      })),
    ]
  },
}

function add(tool: string, about: string, args: (call: number) => Record<string, unknown>): Question {
  return { kind: 'add up', tool, about, as: analyst, args }
}
