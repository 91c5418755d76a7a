import { expect, test } from 'vitest'
import { metricNamed } from '../../src/metrics/catalogue.ts'
import type { Row } from '../../src/model.ts'
import { metricColumn } from '../../src/query/columns.ts'
import { fillPeriods } from '../../src/query/fill-periods.ts'

const columns = ['revenue', 'average_order_value'].map((name) => metricColumn(metricNamed(name)))
const row = (period: string, currency: string, revenue: number): Row => ({
  period,
  currency,
  revenue,
  average_order_value: revenue,
})
const nothing = (period: string, currency: string) => ({
  period,
  currency,
  revenue: 0,
  average_order_value: null,
})
const year = { grain: 'month', from: '2026-01-15', to: '2026-04-02', limit: 100 } as const

test('fills what is between, before and after, for each currency', () => {
  const rows = [row('2026-02-01', 'EUR', 1), row('2026-03-01', 'USD', 2)]
  expect(fillPeriods({ columns, rows, truncated: false }, year).rows).toEqual([
    nothing('2026-01-01', 'EUR'),
    nothing('2026-01-01', 'USD'),
    rows[0],
    nothing('2026-02-01', 'USD'),
    nothing('2026-03-01', 'EUR'),
    rows[1],
    nothing('2026-04-01', 'EUR'),
    nothing('2026-04-01', 'USD'),
  ])
})

test('takes the first and last that sold where the range is open', () => {
  const rows = [row('2025-12-01', 'EUR', 1), row('2026-02-01', 'EUR', 2)]
  const open = { ...year, from: undefined, to: undefined }
  const { rows: filled } = fillPeriods({ columns, rows, truncated: false }, open)
  expect(filled.map(({ period }) => period)).toEqual(['2025-12-01', '2026-01-01', '2026-02-01'])
})

test('does not take for nothing what a cut off table lacks', () => {
  const rows = [row('2026-01-01', 'EUR', 1), row('2026-01-01', 'USD', 2), row('2026-02-01', 'EUR', 3)]
  const cut = fillPeriods({ columns, rows, truncated: true }, year)
  expect(cut).toEqual({ columns, rows: rows.slice(0, 2), truncated: true })
})

test('keeps to the limit', () => {
  const rows = [row('2026-01-01', 'EUR', 1), row('2026-04-01', 'EUR', 2)]
  const { rows: filled, truncated } = fillPeriods({ columns, rows, truncated: false }, { ...year, limit: 3 })
  expect([filled.length, truncated]).toEqual([3, true])
})
