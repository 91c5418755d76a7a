import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { answerOf, connectAs } from '../src/connect.ts'

const fleet = inject('fleet')

interface Found {
  summary: { count: number; amounts: { exact: string; charged: { currency: string } }[] }
}
interface Figures {
  rows: Record<string, string | number>[]
}

// Other tests cancel orders of acme, of which analytics hears with an import: there, cancelled or not is added up.
describe.each([
  ['acme', 'together'],
  ['globex', 'apart'],
] as const)('orders and analytics agree about %s', (tenant, cancelled) => {
  let client: Client
  beforeAll(async () => {
    client = await connectAs(fleet, { subject: 'auditor', tenant, scopes: 'orders:support analytics:read' })
  })
  afterAll(() => client?.close())

  /** What orders says, all amounts exact. */
  async function fromOrders(filter: Record<string, unknown>) {
    const search = (more: object) =>
      answerOf<Found>(client, 'orders__search_orders', { ...filter, ...more, limit: 1 })
    const [all, gone] = [await search({}), await search({ status: 'cancelled' })]
    const exact = ({ summary }: Found) => Number(summary.amounts[0]?.exact ?? 0)
    return shown({
      orders: all.summary.count - gone.summary.count,
      revenue: exact(all) - exact(gone),
      cancelled_orders: gone.summary.count,
      cancelled_revenue: exact(gone),
    })
  }

  async function fromAnalytics(question: Record<string, unknown>) {
    const answer = { orders: 0, revenue: 0, cancelled_orders: 0, cancelled_revenue: 0 }
    for (const metric of Object.keys(answer)) {
      const { rows } = await answerOf<Figures>(client, 'analytics__query_metric', { metric, ...question })
      Object.assign(answer, { [metric]: rows[0]?.[metric] ?? 0 })
    }
    return shown(answer)
  }

  function shown(figures: Record<'orders' | 'revenue' | 'cancelled_orders' | 'cancelled_revenue', number>) {
    const { orders, revenue, cancelled_orders, cancelled_revenue } = figures
    if (cancelled === 'apart') return [orders, cancelled_orders, cents(revenue), cents(cancelled_revenue)]
    return [orders + cancelled_orders, Math.round(revenue + cancelled_revenue)]
  }

  test('in all, and in a quarter', async () => {
    const all = await fromOrders({})
    for (const figure of all) expect(figure).toBeGreaterThan(0)
    expect(await fromAnalytics({})).toEqual(all)
    const quarter = await fromOrders({ ordered_from: '2026-04-01', ordered_to: '2026-06-30' })
    expect(await fromAnalytics({ from: '2026-04-01', to: '2026-06-30' })).toEqual(quarter)
  })

  test('about days that no sum begins or ends with', async () => {
    const days = await fromOrders({ ordered_from: '2025-06-05', ordered_to: '2026-02-11' })
    expect(await fromAnalytics({ from: '2025-06-05', to: '2026-02-11' })).toEqual(days)
  })

  test('about every customer', async () => {
    const asked = { metric: 'orders', dimensions: ['customer'] }
    const { rows } = await answerOf<Figures>(client, 'analytics__query_metric', asked)
    expect(rows.length).toBeGreaterThan(10)
    for (const { customer } of rows) {
      const filters = [{ dimension: 'customer', values: [customer] }]
      expect([customer, await fromAnalytics({ filters })]).toEqual([customer, await fromOrders({ customer })])
    }
  })
})

function cents(amount: number): number {
  return Math.round(amount * 100) / 100
}
