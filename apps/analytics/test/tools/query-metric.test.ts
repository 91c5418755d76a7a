import { InsufficientScopeError } from '@atoll/errors'
import { principal } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyst, type FiguresServer, figuresServer, textOf } from '../figures-server.ts'

let figures: FiguresServer
beforeAll(async () => {
  figures = await figuresServer()
})
afterAll(() => figures?.close())

const call = (args: Record<string, unknown>, as = analyst()) =>
  figures.server.call('query_metric', args, { as })
const query = async (args: Record<string, unknown>, as = analyst()) =>
  (await call(args, as)).structuredContent
const refusal = async (args: Record<string, unknown>) => {
  const result = await call(args)
  expect(result.isError).toBe(true)
  return textOf(result)
}

describe('answers', () => {
  test('in rows whose columns are described, so that they can be charted', async () => {
    const { columns, rows, truncated } = await query({
      metric: 'revenue',
      dimensions: ['customer'],
      grain: 'year',
      limit: 2,
    })
    expect(columns).toEqual([
      { name: 'period', title: 'First day of the year', role: 'period', type: 'date' },
      { name: 'customer', title: 'Customer', role: 'dimension', type: 'text' },
      { name: 'customer_name', title: 'Customer name', role: 'name', type: 'text' },
      { name: 'currency', title: 'Currency', role: 'dimension', type: 'text' },
      {
        name: 'revenue',
        title: 'Revenue',
        role: 'measure',
        type: 'decimal',
        format: 'money',
        unit: 'currency',
      },
    ])
    for (const row of rows)
      expect(Object.keys(row).sort()).toEqual(columns.map((each: { name: string }) => each.name).sort())
    expect(rows).toHaveLength(2)
    expect(truncated).toBe(true)
  })

  test('with the highest first, or by period, or as asked', async () => {
    const by = { metric: 'units', dimensions: ['category'] }
    const units = (rows: { units: number }[]) => rows.map((row) => row.units)
    const highest = units((await query(by)).rows)
    expect(highest).toEqual(highest.toSorted((a, b) => b - a))
    const lowest = await query({ ...by, order: { by: 'units', direction: 'asc' } })
    expect(units(lowest.rows)).toEqual(highest.toReversed())
    const named = await query({ ...by, order: { by: 'category', direction: 'asc' } })
    const categories = named.rows.map((row: { category: string }) => row.category)
    expect(categories).toEqual(categories.toSorted())
    const periods = (await query({ metric: 'units', grain: 'month' })).rows.map(
      (row: { period: string }) => row.period,
    )
    expect(periods).toEqual(periods.toSorted())
  })

  test('about a customer or product by id or by name in any case', async () => {
    const by = (...values: string[]) =>
      query({ metric: 'revenue', filters: [{ dimension: 'customer', values }] })
    const [byId, byName] = [await by('C-0007'), await by('delta ROBOTICS')]
    expect(byId.rows).toHaveLength(1)
    expect(byName.rows).toEqual(byId.rows)
    const product = await query({
      metric: 'orders',
      filters: [{ dimension: 'product', values: ['Sofa Forte'] }],
    })
    expect(product.rows[0].orders).toBeGreaterThan(0)
  })

  test('without what a filter leaves out, and with what has no value', async () => {
    const countries = async (filter: object) => {
      const { rows } = await query({ metric: 'orders', dimensions: ['country'], filters: [filter] })
      return rows.map((row: { country: string }) => row.country)
    }
    const all = (await query({ metric: 'orders', dimensions: ['country'] })).rows.length
    const [first] = await countries({ dimension: 'city', values: [null], not: true })
    expect(await countries({ dimension: 'country', values: [first], not: true })).toHaveLength(all - 1)
    expect(await countries({ dimension: 'country', values: [first, null] })).toEqual([first])
    expect(await countries({ dimension: 'region', values: [null] })).toHaveLength(all)
    expect(await countries({ dimension: 'region', values: [null], not: true })).toEqual([])
  })

  test('with nothing where nothing was sold', async () => {
    const before = { from: '1990-01-01', to: '1990-12-31' }
    expect((await query({ metric: 'revenue', ...before })).rows).toEqual([])
    expect((await query({ metric: 'orders', ...before })).rows).toEqual([{ orders: 0 }])
    expect((await query({ metric: 'units_per_order', ...before })).rows).toEqual([{ units_per_order: null }])
    const empty = analyst('empty')
    expect((await query({ metric: 'revenue' }, empty)).rows).toEqual([])
    expect((await query({ metric: 'customers' }, empty)).rows).toEqual([{ customers: 0 }])
    expect((await query({ metric: 'orders', dimensions: ['product'] }, empty)).rows).toEqual([])
  })

  test('only about the caller’s own tenant', async () => {
    const own = await query({ metric: 'revenue', dimensions: ['currency'] })
    const other = await query({ metric: 'revenue', dimensions: ['currency'] }, analyst('globex'))
    expect(own.rows).toMatchObject([{ currency: 'USD' }])
    expect(other.rows).toMatchObject([{ currency: 'EUR' }])
    const foreign = await call(
      { metric: 'revenue', filters: [{ dimension: 'customer', values: ['Delta Robotics'] }] },
      analyst('globex'),
    )
    expect(textOf(foreign)).toContain('No customer has the id or name')
  })
})

describe('refuses', () => {
  test('a caller without the scope', async () => {
    const as = principal({ subject: 'ana', tenant: 'acme', scopes: [] })
    await expect(call({ metric: 'revenue' }, as)).rejects.toThrow(InsufficientScopeError)
  })

  test('an unknown metric, naming those there are', async () => {
    expect(await refusal({ metric: 'profit' })).toMatch(/metrics are revenue, .*customers/)
  })

  test('an unknown dimension, naming those there are', async () => {
    expect(await refusal({ metric: 'revenue', dimensions: ['planet'] })).toMatch(
      /dimensions are currency, .*product/,
    )
  })

  test('a dimension that the metric does not have, naming those it has', async () => {
    const allowed =
      'shipping has no dimension "product". Its dimensions: currency, country, region, city, customer, weekday.'
    expect(await refusal({ metric: 'shipping', dimensions: ['product'] })).toContain(allowed)
    const filters = [{ dimension: 'product', values: ['P-001'] }]
    expect(await refusal({ metric: 'shipping', filters })).toContain(allowed)
  })

  test('an order by something that is not in the answer, naming what is', async () => {
    const order = { by: 'product' }
    expect(await refusal({ metric: 'revenue', dimensions: ['country'], order })).toContain(
      'Cannot order by "product". This answer has: country, currency, revenue.',
    )
  })

  test.each([
    [{ metric: 'revenue', from: '2026-02-01', to: '2026-01-01' }, 'Swap them'],
    [{ metric: 'revenue', from: '2026-02-30' }, 'from'],
    [{ metric: 'revenue', to: '0001-01-01' }, 'must be from 1900-01-01'],
    [{ metric: 'revenue', grain: 'hour' }, 'grain'],
    [{ metric: 'revenue', limit: 0 }, 'limit'],
    [{ metric: 'revenue', limit: 1001 }, 'limit'],
    [{ metric: 'revenue', limit: 10.5 }, 'limit'],
    [{ metric: 'revenue', dimensions: ['city', 'city'] }, 'is there twice'],
    [{ metric: 'revenue', dimensions: ['city', 'country', 'region', 'currency', 'weekday'] }, 'dimensions'],
    [{ metric: 'revenue', filters: [{ dimension: 'city', values: [] }] }, 'values'],
    [{ metric: 'revenue', filters: [{ dimension: 'weekday', values: ['monday'] }] }, 'whole numbers'],
    [{ metric: 'revenue', filters: [{ dimension: 'weekday', values: ['99999999999'] }] }, 'whole numbers'],
    [{ metric: 'revenue', filters: [{ dimension: 'city', values: ['a\u0000b'] }] }, 'control characters'],
    [
      { metric: 'revenue', filters: [{ dimension: 'product', values: ['Perpetuum mobile'] }] },
      'No product has',
    ],
    [{ metric: 'revenue', sql: 'select 1' }, 'sql'],
  ])('%j', async (args, why) => {
    expect(await refusal(args)).toContain(why)
  })
})

describe('takes no SQL from a caller', () => {
  const HOSTILE = [
    `'; drop table sales; --`,
    `' or '1'='1`,
    `") union select tenant, 1 from loads --`,
    `revenue; select pg_sleep(5)`,
    `\\'; delete from sales_daily; --`,
    `(select current_user)`,
    `{"$gt": ""}`,
    '%',
    '$1',
  ]

  test.each(HOSTILE)('as a value of a filter, where it is only text: %s', async (value) => {
    for (const dimension of ['city', 'category', 'currency'])
      expect(
        (
          await query({
            metric: 'orders',
            dimensions: ['country'],
            filters: [{ dimension, values: [value] }],
          })
        ).rows,
      ).toEqual([])
    expect(
      await refusal({ metric: 'revenue', filters: [{ dimension: 'customer', values: [value] }] }),
    ).toContain('No customer')
  })

  test.each(HOSTILE)('as a name: %s', async (name) => {
    expect(await refusal({ metric: name })).toContain('metrics are')
    expect(await refusal({ metric: 'revenue', dimensions: [name] })).toContain('dimensions are')
    expect(await refusal({ metric: 'revenue', filters: [{ dimension: name, values: ['a'] }] })).toContain(
      'dimensions are',
    )
    expect(await refusal({ metric: 'revenue', order: { by: name } })).toContain('Cannot order by')
    expect(await refusal({ metric: 'revenue', grain: name })).toContain('grain')
    expect(await refusal({ metric: 'revenue', from: name })).toContain('from')
  })

  test('and has lost nothing of it', async () => {
    expect((await query({ metric: 'orders' })).rows).toEqual([{ orders: 476 }])
  })
})
