import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { answerOf, connectAs } from '../src/connect.ts'
import { atoll } from '../src/run.ts'

const fleet = inject('fleet')

interface Found {
  summary: { count: number; amounts: { exact: string }[] }
}
interface Figures {
  rows: Record<string, string | number>[]
}

/** alice, of whom other tests cancel orders, of which analytics hears with the next import. */
const ALICE = 'C-0001'

let client: Client
const connect = (tenant: string) =>
  connectAs(fleet, { subject: 'auditor', tenant, scopes: 'orders:support analytics:read' })

/** What orders says: its exact sums, rounded here. */
async function fromOrders(filter: Record<string, unknown>) {
  const search = (more: object) =>
    answerOf<Found>(client, 'orders__search_orders', { ...filter, ...more, limit: 1 })
  const [all, cancelled] = [await search({}), await search({ status: 'cancelled' })]
  const exact = ({ summary }: Found) => millionths(summary.amounts[0]?.exact ?? '0')
  return {
    orders: all.summary.count - cancelled.summary.count,
    cancelled_orders: cancelled.summary.count,
    revenue: cents(exact(all) - exact(cancelled)),
    cancelled_revenue: cents(exact(cancelled)),
  }
}

async function fromAnalytics(question: Record<string, unknown>) {
  const figure = async (metric: string) => {
    const { rows } = await answerOf<Figures>(client, 'analytics__query_metric', { metric, ...question })
    return Number(rows[0]?.[metric] ?? 0)
  }
  return {
    orders: await figure('orders'),
    cancelled_orders: await figure('cancelled_orders'),
    revenue: (await figure('revenue')).toFixed(2),
    cancelled_revenue: (await figure('cancelled_revenue')).toFixed(2),
  }
}

describe('orders and analytics agree about globex', () => {
  beforeAll(async () => {
    client = await connect('globex')
  })
  afterAll(() => client?.close())

  test.each([
    ['in all', undefined, undefined],
    ['in a quarter', '2026-04-01', '2026-06-30'],
    ['about days that no sum begins or ends with', '2025-06-05', '2026-02-11'],
  ])('%s', async (_, from, to) => {
    const orders = await fromOrders({ ...(from && { ordered_from: from, ordered_to: to }) })
    expect(orders.orders).toBeGreaterThan(10)
    expect(orders.cancelled_orders).toBeGreaterThan(0)
    expect(await fromAnalytics({ from, to })).toEqual(orders)
  })
})

beforeAll(async () => {
  for (const domain of ['orders', 'analytics']) {
    const { code, stderr } = await atoll(['seed', domain, '--orders', '3000', '--seed', '5'], fleet.env)
    expect(code, stderr).toBe(0)
  }
})

describe.each(['acme', 'globex', 'scale'])('orders and analytics agree about %s', (tenant) => {
  beforeAll(async () => {
    client = await connect(tenant)
  })
  afterAll(() => client?.close())

  test('about every customer', async () => {
    const asked = { metric: 'orders', dimensions: ['customer'] }
    const { rows } = await answerOf<Figures>(client, 'analytics__query_metric', asked)
    const customers = rows
      .map(({ customer }) => customer)
      .filter((code) => tenant !== 'acme' || code !== ALICE)
    expect(customers.length).toBeGreaterThan(10)
    for (const customer of customers) {
      const filters = [{ dimension: 'customer', values: [customer] }]
      expect([customer, await fromAnalytics({ filters })]).toEqual([customer, await fromOrders({ customer })])
    }
  })
})

/** A decimal with at most six digits after the point, exactly. */
function millionths(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.')
  expect(fraction.length).toBeLessThanOrEqual(6)
  return BigInt(whole + fraction.padEnd(6, '0'))
}

/** Rounded once, half a cent up. */
function cents(amount: bigint): string {
  const text = String((amount + 5000n) / 10_000n).padStart(3, '0')
  return `${text.slice(0, -2)}.${text.slice(-2)}`
}
