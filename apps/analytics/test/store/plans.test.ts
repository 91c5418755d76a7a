import { join } from 'node:path'
import { createDatabase, type Database } from '@atoll/database'
import { amongMany, keptPlans, plansOf, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { metricNamed } from '../../src/metrics/catalogue.ts'
import type { Question } from '../../src/query/question.ts'
import { server } from '../../src/server.ts'
import type { Tables } from '../../src/store/tables.ts'
import { analyticsStore } from '../../src/store.ts'
import { type Asked, ask } from '../../src/tools/ask.ts'
import { analyst, signal } from '../figures-server.ts'
import { runCommand } from '../run-command.ts'

const ORDERS = 30_000

let target: TestDatabase
let database: Database<Tables>
beforeAll(async () => {
  target = await testDatabase({ name: 'analytics-plans', migrations, access: 'read' })
  const { seed } = server.commands
  if (!seed) throw new Error('Analytics has no command seed')
  await runCommand(seed, ['--orders', String(ORDERS)], target.ownerUrl)
  database = createDatabase<Tables>({ url: amongMany(target.appUrl), applicationName: 'analytics-test' })
})
afterAll(async () => {
  await database?.close()
  await target?.close()
})

type Store = ReturnType<typeof analyticsStore>
const principal = analyst('scale')
const options = { signal }
const months = { from: '2024-03-01', to: '2025-06-30' }
const days = { from: '2023-02-03', to: '2025-10-17' }

const figures = (asked: Partial<Asked> & Pick<Asked, 'metrics'>) => (deps: Store) =>
  ask({ deps, principal, signal }, { range: {}, limit: 100, ...asked })

const compared: Question = {
  metrics: [metricNamed('revenue')],
  dimensions: ['category'],
  filters: [],
  range: days,
  order: { by: 'size', descending: true },
  limit: 50,
}

const QUERIES: Record<string, (store: Store) => Promise<unknown>> = {
  'list-metrics': (store) => store.coverage.find(principal, options),
  revision: (store) => store.coverage.revision(principal, options),
  'revenue-by-month': figures({ metrics: ['revenue', 'orders'], grain: 'month', range: days }),
  'revenue-by-day': figures({ metrics: ['revenue', 'orders'], grain: 'day', range: months }),
  'revenue-by-country': figures({ metrics: ['revenue'], dimensions: ['country'], range: days }),
  'revenue-by-category': figures({ metrics: ['revenue'], dimensions: ['category'], range: days }),
  'revenue-by-category-and-country': figures({
    metrics: ['revenue'],
    dimensions: ['category', 'country'],
    range: months,
  }),
  'top-products': figures({ metrics: ['revenue', 'units'], dimensions: ['product'], limit: 10 }),
  'top-products-of-some-days': figures({ metrics: ['revenue'], dimensions: ['product'], range: days }),
  'best-customers': figures({ metrics: ['revenue'], dimensions: ['customer'], limit: 10 }),
  'best-customers-of-some-days': figures({ metrics: ['revenue'], dimensions: ['customer'], range: days }),
  'orders-of-a-customer': figures({
    metrics: ['orders'],
    grain: 'year',
    filters: [{ dimension: 'customer', values: ['C-000007'], not: false }],
  }),
  'customers-by-month': figures({ metrics: ['customers'], grain: 'month' }),
  'products-of-a-country': figures({
    metrics: ['units'],
    dimensions: ['product'],
    filters: [{ dimension: 'country', values: ['France'], not: false }],
    range: { from: '2025-03-01', to: '2025-03-31' },
  }),
  'customer-lifetime-value': (store) =>
    store.customers.lifetime(principal, { customers: undefined, limit: 20 }, options),
  'customer-lifetime-value-of-one': (store) =>
    store.customers.lifetime(principal, { customers: ['C-000007'], limit: 20 }, options),
  'compare-periods': (store) =>
    store.figures.compare(principal, { question: compared, before: months }, options),
  'cohort-retention': (store) =>
    store.cohorts.retention(
      principal,
      { from: '2024-01-01', to: '2024-12-01', months: 12, limit: 500 },
      options,
    ),
}

/** Tables with a row for each of what is sold; others are small at any size. */
const BIG = /sales|customers|products|loads/

keptPlans({
  directory: join(import.meta.dirname, '../../src/store/plans'),
  queries: QUERIES,
  plans: (ask) =>
    plansOf(database, (explained) => ask(analyticsStore(explained, { costLimit: Number.POSITIVE_INFINITY }))),
  big: BIG,
})
