import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportNorthwind, NORTHWIND_SQL, testDatabase } from '@atoll/testing'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { atoll } from '../src/run.ts'

const fleet = inject('fleet')

interface Answer {
  orders: { id: string; number: string }[]
  summary: { count: number; amounts: { charged: { minor: number }; exact: string }[] }
}

describe.skipIf(!existsSync(NORTHWIND_SQL))(
  'Northwind, imported and asked through the gateway (needs its SQL script)',
  () => {
    let directory: string
    let client: Client

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'atoll-northwind-'))
      const source = await testDatabase({ name: 'northwind', migrations: {} })
      try {
        await exportNorthwind({ url: source.ownerUrl, directory })
      } finally {
        await source.close()
      }
      const imported = await atoll(
        ['import', 'orders', '--tenant', 'northwind', '--dir', directory],
        fleet.env,
      )
      expect(imported.code, imported.stderr).toBe(0)
      const who = [
        '--subject',
        'support',
        '--tenant',
        'northwind',
        '--scopes',
        'orders:support orders:read',
        '--ttl',
        '1h',
      ]
      const token = (await atoll(['token', ...who], fleet.env)).stdout.trim()
      client = new Client({ name: 'northwind', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      const requestInit = { headers: { authorization: `Bearer ${token}` } }
      await client.connect(new StreamableHTTPClientTransport(new URL(fleet.gateway.mcp), { requestInit }))
    })
    afterAll(async () => {
      await client?.close()
      await rm(directory, { recursive: true, force: true })
    })

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
      const again = await atoll(['import', 'orders', '--tenant', 'northwind', '--dir', directory], fleet.env)
      expect(again.code, again.stderr).toBe(0)
      expect(`${again.stdout}${again.stderr}`).toMatch(/nothing changed|0 changed|unchanged/i)
    })
  },
)
