import { existsSync } from 'node:fs'
import { NORTHWIND_SQL } from '@atoll/testing'
import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { answerOf, connectAs } from '../src/connect.ts'
import { northwindFolder } from '../src/northwind.ts'
import { atoll } from '../src/run.ts'

const fleet = inject('fleet')

interface Answer {
  rows: Record<string, unknown>[]
  totals?: Record<string, unknown>[]
  customers?: Record<string, unknown>[]
}

describe.skipIf(!existsSync(NORTHWIND_SQL))(
  'the figures of Northwind, imported and asked through the gateway (needs its SQL script)',
  () => {
    let files: Awaited<ReturnType<typeof northwindFolder>>
    let client: Client

    beforeAll(async () => {
      files = await northwindFolder()
      const imported = await importAnalytics()
      expect(imported.code, imported.stderr).toBe(0)
      const who = { subject: 'analyst', tenant: 'northwind', scopes: 'analytics:read' }
      client = await connectAs(fleet, who)
    })
    afterAll(async () => {
      await client?.close()
      await files?.remove()
    })

    const importAnalytics = () =>
      atoll(['import', 'analytics', '--tenant', 'northwind', '--dir', files.path], fleet.env)
    const ask = (tool: string, args: Record<string, unknown>) =>
      answerOf<Answer>(client, `analytics__${tool}`, args)

    test('sold for 1,265,793.04 in all and 617,085.20 in 1997', async () => {
      const { rows } = await ask('query_metric', { metric: 'revenue' })
      expect(rows).toEqual([{ currency: 'USD', revenue: 1_265_793.04 }])
      const year = { from: '1997-01-01', to: '1997-12-31' }
      const in1997 = await ask('query_metric', { metric: 'revenue', ...year })
      expect(in1997.rows).toEqual([{ currency: 'USD', revenue: 617_085.2 }])
      const years = await ask('revenue_by_period', { grain: 'year' })
      expect(years.rows).toMatchObject([
        { period: '1996-01-01' },
        { period: '1997-01-01', revenue: 617_085.2, orders: 408 },
        { period: '1998-01-01' },
      ])
    })

    test('sold for 61,258.07, 38,483.64 and 38,547.22 in the first months of 1997', async () => {
      const { rows } = await ask('revenue_by_period', { from: '1997-01-01', to: '1997-03-31' })
      expect(rows).toMatchObject([
        { period: '1997-01-01', currency: 'USD', revenue: 61_258.07, orders: 33 },
        { period: '1997-02-01', currency: 'USD', revenue: 38_483.64, orders: 29 },
        { period: '1997-03-01', currency: 'USD', revenue: 38_547.22, orders: 30 },
      ])
    })

    test('sold most of Côte de Blaye and Thüringer Rostbratwurst', async () => {
      const { rows, totals } = await ask('top_products', { limit: 2 })
      expect(rows).toMatchObject([
        { rank: 1, product_name: 'Côte de Blaye', revenue: 141_396.74 },
        { rank: 2, product_name: 'Thüringer Rostbratwurst', revenue: 80_368.67 },
      ])
      expect(totals).toMatchObject([{ currency: 'USD', revenue: 1_265_793.04, orders: 830 }])
    })

    test('sold most to QUICK: for 110,277.31 in 28 orders', async () => {
      const { customers } = await ask('customer_lifetime_value', { limit: 1 })
      expect(customers).toMatchObject([{ customer: 'QUICK', revenue: 110_277.31, orders: 28 }])
      const by = { dimensions: ['customer'], limit: 1 }
      expect((await ask('query_metric', { metric: 'revenue', ...by })).rows).toMatchObject([
        { customer: 'QUICK', customer_name: 'QUICK-Stop', revenue: 110_277.31 },
      ])
      // Over whole days that no sum is kept for, and so from the orders themselves.
      const days = { from: '1996-07-02', to: '1998-05-30' }
      expect((await ask('query_metric', { metric: 'revenue', ...by, ...days })).rows).toMatchObject([
        { customer: 'QUICK', revenue: 110_277.31 },
      ])
    })

    test('changes nothing when the same files are imported again', async () => {
      const again = await importAnalytics()
      expect(again.code, again.stderr).toBe(0)
      expect(again.stdout).toContain('Nothing changed in tenant northwind')
    })

    test('shows another tenant nothing of it', async () => {
      const other = await connectAs(fleet, { subject: 'mallory', tenant: 'other', scopes: 'analytics:read' })
      try {
        expect(await answerOf(other, 'analytics__query_metric', { metric: 'revenue' })).toMatchObject({
          rows: [],
        })
        const unknown = answerOf(other, 'analytics__query_metric', {
          metric: 'revenue',
          filters: [{ dimension: 'customer', values: ['QUICK'] }],
        })
        await expect(unknown).rejects.toThrow('No customer has the id or name')
      } finally {
        await other.close()
      }
    })
  },
)
