import { existsSync } from 'node:fs'
import { NORTHWIND_SQL } from '@atoll/testing'
import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { connectAs } from '../src/connect.ts'
import { northwindFolder } from '../src/northwind.ts'
import { atoll } from '../src/run.ts'

const fleet = inject('fleet')

interface Answer {
  orders: { id: string; number: string }[]
  summary: { count: number; amounts: { charged: { minor: number }; exact: string }[] }
}

describe.skipIf(!existsSync(NORTHWIND_SQL))(
  'Northwind, imported and asked through the gateway (needs its SQL script)',
  () => {
    let files: Awaited<ReturnType<typeof northwindFolder>>
    let client: Client

    beforeAll(async () => {
      files = await northwindFolder()
      const imported = await importOrders()
      expect(imported.code, imported.stderr).toBe(0)
      const scopes = 'orders:support orders:read'
      client = await connectAs(fleet, { subject: 'support', tenant: 'northwind', scopes })
    })
    afterAll(async () => {
      await client?.close()
      await files?.remove()
    })

    const importOrders = () =>
      atoll(['import', 'orders', '--tenant', 'northwind', '--dir', files.path], fleet.env)

    async function search(filter: Record<string, unknown>): Promise<Answer> {
      const result = await client.callTool({
        name: 'orders__search_orders',
        arguments: { ...filter, limit: 1 },
      })
      expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
      return result.structuredContent as unknown as Answer
    }

    test('has 830 orders, charged 1,265,793.29 and exactly worth 1,265,793.0395', async () => {
      const { summary } = await search({})
      expect(summary).toMatchObject({ count: 830, amounts: [{ charged: { minor: 126_579_329 } }] })
      expect(Number(summary.amounts[0]?.exact)).toBe(1_265_793.0395)
    })

    test('has 408 orders in 1997, charged 617,085.35 and exactly worth 617,085.2035', async () => {
      const { summary } = await search({ ordered_from: '1997-01-01', ordered_to: '1997-12-31' })
      expect(summary).toMatchObject({ count: 408, amounts: [{ charged: { minor: 61_708_535 } }] })
      expect(Number(summary.amounts[0]?.exact)).toBe(617_085.2035)
    })

    test('has 28 orders of customer QUICK', async () => {
      expect((await search({ customer: 'QUICK' })).summary.count).toBe(28)
    })

    test('has order 10248 with three lines worth 440.00', async () => {
      const [order] = (await search({ number: '10248' })).orders
      const found = await client.callTool({
        name: 'orders__get_customer_order',
        arguments: { id: order?.id },
      })
      const { order: whole } = found.structuredContent as {
        order: { lines: unknown[]; totals: { goods: { minor: number } } }
      }
      expect(whole.lines).toHaveLength(3)
      expect(whole.totals.goods.minor).toBe(44_000)
    })

    test('changes nothing when the same files are imported again', async () => {
      const again = await importOrders()
      expect(again.code, again.stderr).toBe(0)
      expect(`${again.stdout}${again.stderr}`).toMatch(/nothing changed|0 changed|unchanged/i)
    })
  },
)
