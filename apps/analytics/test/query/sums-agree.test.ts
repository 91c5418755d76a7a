import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DimensionName } from '../../src/dimensions/catalogue.ts'
import { METRICS, metricNamed } from '../../src/metrics/catalogue.ts'
import type { Grain } from '../../src/model.ts'
import { pickSource } from '../../src/query/pick-source.ts'
import type { DateRange, Filter } from '../../src/query/question.ts'
import { analyst, type FiguresServer, figuresServer, signal } from '../figures-server.ts'

/** What a metric is, said once more over single lines and orders, without any sums that are kept. */
const FROM_FACTS: Readonly<Record<string, string>> = {
  revenue: 'sum(revenue) filter (where not cancelled)',
  gross_revenue: 'sum(gross) filter (where not cancelled)',
  discounts: 'sum(gross - revenue) filter (where not cancelled)',
  discount_rate:
    '100 * sum(gross - revenue) filter (where not cancelled) / nullif(sum(gross) filter (where not cancelled), 0)',
  orders: 'count(distinct order_number) filter (where not cancelled)',
  units: 'sum(quantity) filter (where not cancelled)',
  customers: 'count(distinct customer_id) filter (where not cancelled)',
  average_order_value:
    'sum(revenue) filter (where not cancelled) / nullif(count(distinct order_number) filter (where not cancelled), 0)',
  units_per_order:
    'sum(quantity) filter (where not cancelled)::numeric / nullif(count(distinct order_number) filter (where not cancelled), 0)',
  shipping: 'sum(shipping) filter (where line = 1 and not cancelled)',
  cancelled_orders: 'count(distinct order_number) filter (where cancelled)',
  cancelled_revenue: 'sum(revenue) filter (where cancelled)',
}

const COLUMNS: Readonly<Record<DimensionName, string>> = {
  currency: 'currency',
  country: 'r.country',
  region: 'r.region',
  city: 'r.city',
  customer: 'customer_id',
  weekday: 'extract(isodow from day)::integer',
  category: 'p.category',
  product: 'product_id',
}

/** All there is; whole months; whole months or a whole year with days around; an open end. */
const RANGES: readonly DateRange[] = [
  {},
  { from: '2025-03-01', to: '2025-06-30' },
  { from: '2024-12-20', to: '2026-01-05' },
  { from: '2026-01-01' },
]

let figures: FiguresServer
let owner: pg.Client
beforeAll(async () => {
  figures = await figuresServer()
  owner = new pg.Client({ connectionString: figures.ownerUrl })
  await owner.connect()
  await owner.query(`select set_config('app.tenant', 'acme', false)`)
})
afterAll(async () => {
  await owner?.end()
  await figures?.close()
})

interface Asked {
  dimensions: readonly DimensionName[]
  filters?: readonly Filter[]
  grain?: Grain | undefined
  range: DateRange
}

async function fromFacts(metric: string, { dimensions, filters = [], grain, range }: Asked) {
  const keys = [
    ...(grain ? [`date_trunc('${grain}', day::timestamp)::date::text`] : []),
    ...dimensions.map((name) => COLUMNS[name]),
  ]
  const where = [
    ...(range.from ? [`day >= '${range.from}'`] : []),
    ...(range.to ? [`day <= '${range.to}'`] : []),
    ...filters.map(
      ({ dimension, values, not }) =>
        `${not ? 'not' : ''} ${COLUMNS[dimension]} in (${values.map((value) => `'${value}'`).join(', ')})`,
    ),
  ]
  const { rows } = await owner.query<{ key: string; value: string | null }>(
    `select concat_ws('|', ${['null', ...keys.map((key) => `coalesce((${key})::text, '')`)].join(', ')}) as key, round((${FROM_FACTS[metric]})::numeric, 2) as value
    from (select s.*, o.shipping from sales s join sales_orders o on o.number = s.order_number) s
    join regions r on r.id = region_id join products p on p.id = product_id
    where ${['true', ...where].join(' and ')} ${keys.length ? `group by ${keys.join(', ')}` : ''}`,
  )
  return shown(rows.map(({ key, value }) => [key, value]))
}

async function fromServer(metric: string, asked: Asked) {
  const declared = metricNamed(metric)
  const question = {
    metrics: [declared],
    filters: [],
    order: { by: metric, descending: true },
    limit: 100_000,
    ...asked,
    grain: asked.grain,
  }
  const { rows } = await figures.deps.figures.ask(analyst(), question, { signal })
  const names = [...(asked.grain ? ['period'] : []), ...asked.dimensions]
  return {
    source: pickSource(question)?.name,
    rows: shown(rows.map((row) => [names.map((name) => row[name]).join('|'), row[metric] ?? null])),
  }
}

/** A sum of nothing and no row at all are the same nothing. */
function shown(rows: (readonly [string, string | number | null])[]): Map<string, number> {
  const all = rows.map(([key, value]) => [key, Number(value ?? 0)] as const)
  return new Map(all.filter(([, value]) => value !== 0).sort(([a], [b]) => (a < b ? -1 : 1)))
}

describe.each(METRICS.map(({ name }) => name))('%s is the same from sums as from single lines', (metric) => {
  const { dimensions } = metricNamed(metric)

  test('by each dimension, in each grain, over whole and broken periods', async () => {
    const sources = new Set<string | undefined>()
    for (const range of RANGES) {
      for (const grain of [undefined, 'day', 'week', 'month', 'quarter', 'year'] as const) {
        // The days of a grain are found alike in every source; three of them tell sources apart.
        const isTelling = grain === undefined || grain === 'month' || grain === 'year'
        const pair = ['category', 'country'] as const
        const pairs = pair.every((name) => dimensions.includes(name)) ? [pair] : []
        for (const chosen of [[], ...(isTelling ? [...dimensions.map((name) => [name]), ...pairs] : [])]) {
          const asked = { dimensions: chosen, grain, range }
          const answer = await fromServer(metric, asked)
          sources.add(answer.source)
          expect([asked, answer.rows]).toEqual([asked, await fromFacts(metric, asked)])
        }
      }
    }
    expect(sources.size).toBeGreaterThan(2)
  })

  test('filtered', async () => {
    const filters: Filter[] = [
      { dimension: 'customer', values: ['C-0007', 'C-0010'], not: false },
      { dimension: 'customer', values: ['C-0007'], not: true },
      { dimension: 'weekday', values: ['1', '2'], not: false },
      { dimension: 'product', values: ['P-001'], not: false },
      { dimension: 'product', values: ['P-001', 'P-002'], not: false },
      { dimension: 'category', values: ['Desks'], not: false },
      { dimension: 'category', values: ['Desks', 'Paper'], not: true },
    ]
    for (const filter of filters.filter(({ dimension }) => dimensions.includes(dimension))) {
      for (const range of RANGES) {
        for (const chosen of [[], ['customer'], ['country']] as const) {
          const asked = { dimensions: chosen, filters: [filter], grain: 'quarter' as const, range }
          expect([asked, (await fromServer(metric, asked)).rows]).toEqual([
            asked,
            await fromFacts(metric, asked),
          ])
        }
      }
    }
  })
})
