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

describe.each(['acme', 'globex'])('orders and analytics agree about %s', (tenant) => {
  let client: Client
  beforeAll(async () => {
    client = await connectAs(fleet, { subject: 'auditor', tenant, scopes: 'orders:support analytics:read' })
  })
  afterAll(() => client?.close())

  /** What orders says, all amounts exact; cancelled ones on their own. */
  async function fromOrders(filter: Record<string, unknown>) {
    const search = (more: object) =>
      answerOf<Found>(client, 'orders__search_orders', { ...filter, ...more, limit: 1 })
    const [all, cancelled] = [await search({}), await search({ status: 'cancelled' })]
    const exact = ({ summary }: Found) => Number(summary.amounts[0]?.exact ?? 0)
    return {
      currency: all.summary.amounts[0]?.charged.currency,
      orders: all.summary.count - cancelled.summary.count,
      revenue: cents(exact(all) - exact(cancelled)),
      cancelled_orders: cancelled.summary.count,
      cancelled_revenue: cents(exact(cancelled)),
    }
  }

  async function fromAnalytics(question: Record<string, unknown>) {
    const answer: Record<string, unknown> = {}
    for (const metric of ['orders', 'revenue', 'cancelled_orders', 'cancelled_revenue']) {
      const { rows } = await answerOf<Figures>(client, 'analytics__query_metric', { metric, ...question })
      Object.assign(answer, rows[0])
    }
    return answer
  }

  test('in all, and in months that have cancelled orders', async () => {
    const all = await fromOrders({})
    expect(all.orders).toBeGreaterThan(100)
    expect(all.cancelled_orders).toBeGreaterThan(0)
    expect(await fromAnalytics({})).toEqual(all)
    const quarter = await fromOrders({ ordered_from: '2026-04-01', ordered_to: '2026-06-30' })
    expect(await fromAnalytics({ from: '2026-04-01', to: '2026-06-30' })).toEqual(quarter)
  })

  test('about days that no sum begins or ends with', async () => {
    const days = await fromOrders({ ordered_from: '2025-06-05', ordered_to: '2026-02-11' })
    expect(await fromAnalytics({ from: '2025-06-05', to: '2026-02-11' })).toEqual(days)
  })

  test('about every customer of analytics', async () => {
    const { rows } = await answerOf<Figures>(client, 'analytics__query_metric', {
      metric: 'orders',
      dimensions: ['customer'],
    })
    for (const { customer, orders } of rows) {
      expect([customer, orders]).toEqual([customer, (await fromOrders({ customer })).orders])
    }
  })
})

function cents(amount: number): number {
  return Math.round(amount * 100) / 100
}
