import { expect, test } from 'vitest'
import { METRICS } from '../../src/metrics/catalogue.ts'
import { defineMetric, type MetricDefinition } from '../../src/metrics/define-metric.ts'

const GOOD: MetricDefinition = {
  name: 'revenue_per_unit',
  title: 'Revenue per unit',
  description: 'What a piece sold for.',
  sql: 'revenue / nullif(units, 0)',
  dimensions: ['product', 'country'],
  format: 'money',
}

test('a metric knows what it is made of', () => {
  expect(defineMetric(GOOD)).toMatchObject({ measures: ['revenue', 'units'], hasMoney: true, isRatio: true })
})

test.each([
  [{ sql: 'revenu' }, 'no measure "revenu"'],
  [{ sql: 'revenue; drop table sales' }, 'no measure "drop"'],
  [{ sql: 'pg_sleep(10) + revenue' }, 'no measure "pg_sleep"'],
  [{ sql: '1' }, 'names no measure'],
  [{ sql: 'shipping' }, 'shipping is of whole orders, product is of lines'],
])('a metric declared wrongly does not load: %j', (wrong, why) => {
  expect(() => defineMetric({ ...GOOD, ...wrong })).toThrow(why)
})

test('every metric has a name of its own, which is no dimension’s', () => {
  const names = METRICS.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { name, dimensions } of METRICS) expect(dimensions).not.toContain(name)
})
