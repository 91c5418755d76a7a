import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { analytics } from '../domain.ts'
import { type Column, Range, TableResult } from '../model.ts'
import { startOf } from '../query/calendar.ts'
import { checkRange } from '../query/request.ts'
import { monthsBetween } from '../rules.ts'
import { CACHED } from './cached.ts'

export const cohortRetention = analytics.defineTool({
  name: 'cohort_retention',
  title: 'Cohort retention',
  description:
    'Of the customers whose first order was in one month (a cohort), how many ordered again in each month after it. ' +
    'One row for each cohort and month in which somebody ordered.',
  effect: 'read',
  scopes: ['analytics:read'],
  cache: CACHED,
  input: z.object({
    from: Range.from.describe('Cohorts from the month of this day on'),
    to: Range.to.describe('Cohorts to the month of this day'),
    months: z.int().min(1).max(120).default(12).describe('Months after the first to look at'),
    limit: z.int().min(1).max(2000).default(500).describe('Rows at most; cohorts come whole'),
  }),
  output: z.strictObject(TableResult),
  async run({ input, deps, principal, signal }) {
    const { from, to, months, limit } = input
    checkRange({ from, to })
    const range = { from: from && startOf('month', from), to: to && startOf('month', to), months }
    const found = await deps.cohorts.retention(principal, { ...range, limit: limit + 1 }, { signal })
    const truncated = found.length > limit
    // Half a cohort would look like one that nobody of came back.
    const cut = truncated ? found[limit]?.cohort : undefined
    if (truncated && cut === found[0]?.cohort)
      throw new InvalidError(`One cohort alone has more than ${limit} rows. Raise limit, or lower months.`)
    const sizes = new Map(
      found.filter(({ cohort, month }) => cohort === month).map((row) => [row.cohort, row.customers]),
    )
    return {
      columns: COLUMNS,
      rows: found
        .filter(({ cohort }) => cohort !== cut)
        .map(({ cohort, month, customers }) => {
          const size = sizes.get(cohort) ?? customers
          const share = Math.round((10_000 * customers) / size) / 100
          return {
            period: cohort,
            months_after: monthsBetween(cohort, month),
            cohort_size: size,
            customers,
            retention: share,
          }
        }),
      truncated,
    }
  },
})

const COLUMNS: Column[] = [
  { name: 'period', title: 'Month of the first order', role: 'period', type: 'date' },
  { name: 'months_after', title: 'Months after it', role: 'dimension', type: 'integer' },
  {
    name: 'cohort_size',
    title: 'Customers of the cohort',
    role: 'measure',
    type: 'integer',
    format: 'count',
    unit: 'customers',
  },
  {
    name: 'customers',
    title: 'Of them, ordered in that month',
    role: 'measure',
    type: 'integer',
    format: 'count',
    unit: 'customers',
  },
  { name: 'retention', title: 'Retention', role: 'measure', type: 'decimal', format: 'percent', unit: '%' },
]
