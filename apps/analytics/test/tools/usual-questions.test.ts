import { principal } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyst, type FiguresServer, figuresServer, textOf } from '../figures-server.ts'

type Row = Record<string, number | string | null>

let figures: FiguresServer
beforeAll(async () => {
  figures = await figuresServer()
})
afterAll(() => figures?.close())

const call = (tool: string, args: Record<string, unknown>, as = analyst()) =>
  figures.server.call(tool, args, { as })
const ask = async (tool: string, args: Record<string, unknown>, as = analyst()) => {
  const result = await call(tool, args, as)
  expect(result.isError, textOf(result)).toBeUndefined()
  return result.structuredContent
}
const sum = (rows: Row[], name: string) =>
  Math.round(rows.reduce((all, row) => all + Number(row[name]), 0) * 100) / 100

test.each([
  ['list_metrics', {}],
  ['revenue_by_period', {}],
  ['top_products', {}],
  ['customer_lifetime_value', {}],
  ['cohort_retention', {}],
  ['compare_periods', { from: '2026-01-01', to: '2026-01-31' }],
])('%s answers nobody without the scope', async (tool, args) => {
  const nobody = principal({ subject: 'ana', tenant: 'acme', scopes: [] })
  await expect(call(tool, args, nobody)).rejects.toThrow('analytics:read')
})

describe('list_metrics', () => {
  test('says what can be asked, and of which days', async () => {
    const { metrics, dimensions, figures: known } = await ask('list_metrics', {})
    expect(metrics).toContainEqual(expect.objectContaining({ name: 'revenue', format: 'money' }))
    for (const metric of metrics)
      for (const name of metric.dimensions) expect(dimensions.map((each: Row) => each.name)).toContain(name)
    expect(known).toMatchObject({ last_day: '2026-11-15', orders: 476, currencies: ['USD'] })
  })

  test('says of an empty tenant that there is nothing', async () => {
    const nothing = { first_day: null, last_day: null, orders: 0, currencies: [], loaded_at: null }
    expect((await ask('list_metrics', {}, analyst('empty'))).figures).toEqual(nothing)
  })
})

describe('revenue_by_period', () => {
  test('adds up to all there is, in whatever periods', async () => {
    const [all] = (await ask('query_metric', { metric: 'revenue' })).rows
    for (const grain of ['week', 'month', 'quarter', 'year']) {
      const { rows } = await ask('revenue_by_period', { grain })
      expect(Math.abs(sum(rows, 'revenue') - all.revenue)).toBeLessThan(0.01 * rows.length)
      expect(sum(rows, 'orders')).toBe(476)
    }
  })

  test('has a row for each period, with 0 where nothing was sold', async () => {
    const { rows } = await ask('revenue_by_period', { grain: 'day', from: '2026-11-01', to: '2026-11-30' })
    expect(rows).toHaveLength(30)
    expect(rows.at(-1)).toEqual({
      period: '2026-11-30',
      currency: 'USD',
      revenue: 0,
      orders: 0,
      units: 0,
      average_order_value: null,
    })
  })

  test('begins with the period that its first day lies in', async () => {
    const { rows } = await ask('revenue_by_period', { grain: 'week', from: '2026-01-01', to: '2026-01-12' })
    expect(rows.map((row: Row) => row.period)).toEqual(['2025-12-29', '2026-01-05', '2026-01-12'])
  })

  test('says when there is more', async () => {
    const { rows, truncated } = await ask('revenue_by_period', { grain: 'day', limit: 10 })
    expect([rows.length, truncated]).toEqual([10, true])
  })

  test('of a product says nothing about whole orders', async () => {
    const filters = [{ dimension: 'product', values: ['P-001'] }]
    const { columns, rows } = await ask('revenue_by_period', { grain: 'year', filters })
    expect(columns.map((column: Row) => column.name)).toEqual([
      'period',
      'currency',
      'revenue',
      'orders',
      'units',
    ])
    expect(rows).toHaveLength(2)
  })

  test('is empty where nothing was imported', async () => {
    expect(
      (await ask('revenue_by_period', { from: '2026-01-01', to: '2026-12-31' }, analyst('empty'))).rows,
    ).toEqual([])
  })
})

describe('top_products', () => {
  test.each(['revenue', 'units', 'orders'])('ranks by %s, with the share of all', async (by) => {
    const { rows, totals } = await ask('top_products', { by, limit: 200 })
    const values = rows.map((row: Row) => row[by])
    expect(values).toEqual(values.toSorted((a: number, b: number) => b - a))
    expect(rows[0]).toMatchObject({
      rank: 1,
      currency: 'USD',
      product_name: expect.any(String),
      category: expect.any(String),
    })
    expect(rows[0].share).toBeCloseTo((100 * rows[0][by]) / totals[0][by], 2)
    if (by === 'units') expect(sum(rows, by)).toBe(totals[0].units)
  })

  test('only of what is asked for', async () => {
    const filters = [{ dimension: 'category', values: ['Desks'] }]
    const { rows } = await ask('top_products', { filters, from: '2026-01-01', to: '2026-03-15' })
    expect(new Set(rows.map((row: Row) => row.category))).toEqual(new Set(['Desks']))
  })

  test('shows another tenant its own', async () => {
    const { rows } = await ask('top_products', { limit: 1 }, analyst('globex'))
    expect(rows).toMatchObject([{ currency: 'EUR' }])
  })
})

describe('customer_lifetime_value', () => {
  test('agrees with revenue by customer', async () => {
    const { customers, all_customers } = await ask('customer_lifetime_value', { limit: 200 })
    const { rows } = await ask('query_metric', { metric: 'revenue', dimensions: ['customer'], limit: 1000 })
    const revenues = new Map(rows.map((row: Row) => [row.customer, row.revenue]))
    for (const { customer, revenue, first_order, last_order } of customers) {
      expect(revenues.get(customer)).toBe(revenue)
      expect(first_order <= last_order).toBe(true)
    }
    expect(all_customers).toMatchObject([{ currency: 'USD', customers: customers.length, orders: 476 }])
  })

  test('of some customers only, by code or name', async () => {
    const { customers } = await ask('customer_lifetime_value', { customers: ['C-0007', 'Summit Logistics'] })
    expect(customers.map((each: Row) => each.customer).sort()).toEqual(['C-0007', 'C-0022'])
    const unknown = await call('customer_lifetime_value', { customers: ['Nobody Ltd'] })
    expect(textOf(unknown)).toContain('No customer has the id or name "Nobody Ltd"')
  })

  test('of nobody where nothing was imported', async () => {
    expect(await ask('customer_lifetime_value', {}, analyst('empty'))).toEqual({
      customers: [],
      truncated: false,
      all_customers: [],
    })
  })
})

describe('cohort_retention', () => {
  test('counts every customer in one cohort, all of them in its first month', async () => {
    const { rows } = await ask('cohort_retention', { months: 120, limit: 2000 })
    const first = rows.filter((row: Row) => row.months_after === 0)
    for (const row of first) expect(row).toMatchObject({ retention: 100, customers: row.cohort_size })
    const { all_customers } = await ask('customer_lifetime_value', {})
    expect(sum(first, 'customers')).toBe(all_customers[0].customers)
    for (const row of rows) expect(row.customers).toBeLessThanOrEqual(row.cohort_size)
  })

  test('of the asked cohorts, as far as asked, and never half a cohort', async () => {
    const { rows } = await ask('cohort_retention', { from: '2025-03-15', to: '2025-04-01', months: 2 })
    expect(new Set(rows.map((row: Row) => row.period))).toEqual(new Set(['2025-03-01', '2025-04-01']))
    expect(Math.max(...rows.map((row: Row) => Number(row.months_after)))).toBe(2)
    const cut = await ask('cohort_retention', { months: 12, limit: 15 })
    expect(cut.truncated).toBe(true)
    expect(new Set(cut.rows.map((row: Row) => row.period)).size).toBe(1)
    expect(textOf(await call('cohort_retention', { months: 12, limit: 3 }))).toContain(
      'Raise limit, or lower months',
    )
  })
})

describe('compare_periods', () => {
  const quarter = { from: '2026-07-01', to: '2026-09-30' }
  const revenue = async (range: object) =>
    (await ask('query_metric', { metric: 'revenue', ...range })).rows[0].revenue

  test('sets two ranges side by side', async () => {
    const { rows, previous } = await ask('compare_periods', quarter)
    expect(previous).toEqual({ from: '2026-04-01', to: '2026-06-30' })
    const [now, before] = [await revenue(quarter), await revenue(previous)]
    expect(rows).toEqual([
      {
        currency: 'USD',
        current: now,
        previous: before,
        change: expect.closeTo(now - before, 2),
        change_percent: expect.closeTo((100 * (now - before)) / before, 2),
      },
    ])
  })

  test('by a dimension shows what is on one side only, what changed most first', async () => {
    const range = { from: '2026-11-09', to: '2026-11-15' }
    const { rows } = await ask('compare_periods', {
      metric: 'orders',
      dimension: 'customer',
      ...range,
      limit: 500,
    })
    const sizes = rows.map((row: Row) => Math.abs(Number(row.change)))
    expect(sizes).toEqual(sizes.toSorted((a: number, b: number) => b - a))
    const came = rows.find((row: Row) => row.previous === 0)
    expect(came).toMatchObject({ customer_name: expect.any(String), change_percent: null })
    expect(rows.some((row: Row) => row.current === 0)).toBe(true)
  })

  test('of a ratio has nothing where there is nothing to divide by', async () => {
    const future = { metric: 'average_order_value', from: '2027-01-01', to: '2027-12-31' }
    const { rows } = await ask('compare_periods', { ...future, compare_to: 'previous_year' })
    expect(rows).toMatchObject([{ current: null, change: null, change_percent: null }])
    expect(rows[0].previous).toBeGreaterThan(0)
  })

  test('refuses days that overlap, and a dimension that the metric lacks', async () => {
    const same = await call('compare_periods', { ...quarter, compare_to: quarter })
    expect(textOf(same)).toContain('partly the same')
    const wrong = await call('compare_periods', { ...quarter, metric: 'shipping', dimension: 'category' })
    expect(textOf(wrong)).toContain('Its dimensions: currency, country')
  })
})
