import { describe, expect, test } from 'vitest'
import type { Column } from '../../src/model.ts'
import { asAnswer, shapeOf } from '../../ui/explorer/answer.ts'
import { chartOf, choicesOf } from '../../ui/explorer/chart-of.ts'
import { periodsBetween } from '../../ui/explorer/periods.ts'
import { argumentsOf, questionOf } from '../../ui/explorer/question.ts'

const revenue: Column = {
  name: 'revenue',
  title: 'Revenue',
  role: 'measure',
  type: 'decimal',
  format: 'money',
  unit: 'currency',
}
const period: Column = { name: 'period', title: 'First day of the month', role: 'period', type: 'date' }
const currency: Column = { name: 'currency', title: 'Currency', role: 'dimension', type: 'text' }
const country: Column = { name: 'country', title: 'Country', role: 'dimension', type: 'text' }
const choice = { measures: [revenue], currency: 'USD', locale: 'en-US' }

describe('the question that a page goes on from', () => {
  test.each([
    ['revenue_by_period', {}, { metric: 'revenue', dimensions: [], grain: 'month' }],
    ['top_products', { by: 'units' }, { metric: 'units', dimensions: ['product'], grain: undefined }],
    ['compare_periods', { dimension: 'country' }, { metric: 'revenue', dimensions: ['country'] }],
    ['query_metric', { metric: 'orders', grain: 'year' }, { metric: 'orders', grain: 'year' }],
  ])('after %s with %j', (tool, args, question) => {
    expect(questionOf(tool, args)).toMatchObject(question)
  })

  test('keeps days and filters', () => {
    const filters = [{ dimension: 'country', values: ['Germany'] }]
    const question = questionOf('revenue_by_period', { from: '1997-01-01', filters })
    expect(argumentsOf(question)).toMatchObject({ metric: 'revenue', from: '1997-01-01', filters })
  })
})

describe('the chart of an answer', () => {
  test('has a gap where a period is missing', () => {
    const rows = ['1997-01-01', '1997-03-01'].map((day) => ({ period: day, currency: 'USD', revenue: 5 }))
    const answer = { columns: [period, currency, revenue], rows, truncated: false }
    expect(chartOf(answer, choice)?.data).toMatchObject({
      shape: 'line',
      categories: ['Jan 1997', 'Feb 1997', 'Mar 1997'],
      series: [{ name: 'Revenue', values: [5, null, 5] }],
      valueLabel: 'Revenue (USD)',
    })
  })

  test('never puts two currencies on one axis', () => {
    const rows = ['USD', 'EUR'].flatMap((code) =>
      ['Austria', 'Belgium'].map((name) => ({
        country: name,
        currency: code,
        revenue: code === 'USD' ? 1 : 2,
      })),
    )
    const answer = { columns: [country, currency, revenue], rows, truncated: false }
    expect(chartOf(answer, choice)?.data.series).toMatchObject([{ values: [1, 1] }])
    expect(chartOf(answer, { ...choice, currency: 'EUR' })?.data.series).toMatchObject([{ values: [2, 2] }])
  })

  test('says what only the table has', () => {
    const rows = Array.from({ length: 23 }, (_, index) => ({
      country: `C${index}`,
      currency: 'USD',
      revenue: index,
    }))
    const answer = { columns: [country, currency, revenue], rows, truncated: false }
    expect(chartOf(answer, choice)?.note).toBe('The first 20 are drawn; the table has 3 more.')
    expect(shapeOf(answer)).toEqual({ grain: undefined, dimensions: ['country'] })
  })

  test('sets two periods side by side', () => {
    const sides = ['current', 'previous', 'change'].map((name) => ({ ...revenue, name }))
    const answer = { columns: [country, currency, ...sides], rows: [], truncated: false }
    expect(choicesOf(answer).map(({ value }) => value)).toEqual(['both', 'change'])
  })
})

test('what is no table is no answer', () => {
  for (const content of [undefined, null, 'text', {}, { columns: [] }])
    expect(asAnswer(content)).toBeUndefined()
})

test.each([
  ['1996-12-30', '1997-01-13', 'week', ['1996-12-30', '1997-01-06', '1997-01-13']],
  ['1996-10-01', '1997-04-01', 'quarter', ['1996-10-01', '1997-01-01', '1997-04-01']],
  ['1996-01-01', '1997-01-01', 'year', ['1996-01-01', '1997-01-01']],
  ['1997-02-28', '1997-03-01', 'day', ['1997-02-28', '1997-03-01']],
])('from %s to %s the first days of each %s are %j', (first, last, grain, days) => {
  expect(periodsBetween(first, last, grain)).toEqual(days)
})
