import { describe, expect, test } from 'vitest'
import type { DimensionName } from '../../src/dimensions/catalogue.ts'
import { METRICS, metricNamed } from '../../src/metrics/catalogue.ts'
import { Grain } from '../../src/model.ts'
import { pickSource } from '../../src/query/pick-source.ts'
import type { Question } from '../../src/query/question.ts'

function sourceOf(
  metric: string,
  dimensions: DimensionName[],
  more: Partial<Question> = {},
): string | undefined {
  return pickSource({
    metrics: [metricNamed(metric)],
    dimensions,
    filters: [],
    range: {},
    order: { by: metric, descending: true },
    limit: 10,
    ...more,
  })?.name
}

const year = { from: '1997-01-01', to: '1997-12-31' }
const days = { from: '1997-01-15', to: '1997-12-10' }
const only = (dimension: DimensionName, ...values: string[]) => ({
  filters: [{ dimension, values, not: false }],
})

describe('a question is answered from the smallest source that can', () => {
  test.each([
    ['revenue', [], {}, 'sales_daily'],
    ['revenue', [], { grain: 'week', range: days }, 'sales_daily'],
    ['orders', ['weekday'], {}, 'sales_daily'],
    ['revenue', ['category'], { range: days }, 'sales_daily_category'],
    ['revenue', ['product'], {}, 'sales_monthly_product'],
    ['revenue', ['product', 'category'], { range: year, grain: 'quarter' }, 'sales_monthly_product'],
    ['revenue', ['product'], { range: days }, 'sales_monthly_product'],
    ['revenue', ['product'], { range: { from: '1997-01-05', to: '1997-02-20' } }, 'sales_daily_product'],
    ['revenue', ['category', 'country'], {}, 'sales_monthly_region_category'],
    ['orders', ['category', 'city'], { grain: 'month', range: year }, 'sales_monthly_region_category'],
    ['orders', ['city'], { grain: 'month', range: year }, 'sales_daily_region'],
    ['revenue', ['category', 'country'], { range: days }, 'line_figures'],
    ['revenue', ['product'], { grain: 'day' }, 'sales_daily_product'],
    ['revenue', ['country', 'city'], { range: days }, 'sales_daily_region'],
    ['revenue', ['customer'], {}, 'sales_customer'],
    ['revenue', ['customer'], { range: year }, 'sales_yearly_customer'],
    ['revenue', ['customer'], { range: { from: '1996-03-05', to: '1998-02-01' } }, 'sales_yearly_customer'],
    ['revenue', ['customer'], { range: days }, 'order_figures'],
    ['revenue', ['customer'], { grain: 'quarter' }, 'order_figures'],
    ['customers', [], {}, 'sales_customer'],
    ['customers', [], { grain: 'year' }, 'sales_yearly_customer'],
    ['customers', [], { grain: 'month' }, 'sales_cohorts'],
    ['customers', ['currency'], { grain: 'month' }, 'order_figures'],
    ['customers', [], { range: { from: '1997-01-01', to: '1997-01-31' } }, 'order_figures'],
    ['customers', ['country'], {}, 'order_figures'],
    ['revenue', ['product', 'country'], {}, 'line_figures'],
    ['customers', ['product'], {}, 'line_figures'],
  ] as const)('%s by %j %j: %s', (metric, dimensions, more, expected) => {
    expect(sourceOf(metric, [...dimensions], more)).toBe(expected)
  })

  test('and orders by category or product only where they are not added up over several', () => {
    expect(sourceOf('orders', ['category'])).toBe('sales_daily_category')
    expect(sourceOf('orders', [], only('category', 'Seafood'))).toBe('sales_daily_category')
    expect(sourceOf('orders', ['product'])).toBe('sales_monthly_product')
    expect(sourceOf('orders', ['category', 'product'])).toBe('sales_monthly_product')
    for (const filter of [only('category', 'Seafood', 'Produce'), only('product', '1', '2')])
      expect(sourceOf('orders', [], filter)).toBe('line_figures')
    expect(sourceOf('orders', ['category'], only('product', '1', '2'))).toBe('line_figures')
    const all = { filters: [{ dimension: 'category' as const, values: ['Seafood'], not: true }] }
    expect(sourceOf('orders', [], all)).toBe('line_figures')
  })
})

test('there is a source for every metric with every pair of its dimensions, grain and days', () => {
  for (const { name, dimensions } of METRICS)
    for (const one of dimensions)
      for (const other of dimensions)
        for (const grain of [undefined, ...Grain.options])
          for (const range of [{}, year, days])
            expect(sourceOf(name, [...new Set([one, other])], { grain, range })).toBeDefined()
})
