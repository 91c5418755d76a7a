import { expect, inject, test } from 'vitest'
import { connectAs } from '../src/connect.ts'
import { atoll } from '../src/run.ts'

const fleet = inject('fleet')
const TOOL = 'knowledge-base__search_knowledge_base'
// Of this file alone: others use the fleet too.
const TENANT = 'chargeback'

async function admin(path: string) {
  const token = (await atoll(['token', '--subject', 'olivia'], fleet.env)).stdout.trim()
  const headers = { authorization: `Bearer ${token}` }
  return (await (await fetch(`${fleet.gateway.url}/admin/${path}`, { headers })).json()) as Record<
    string,
    unknown[]
  >
}

test('the fleet counts what calls cost under the limits that are shipped: by the command line and for the console', async () => {
  const client = await connectAs(fleet, { subject: 'cora', tenant: TENANT, scopes: 'kb:read' })
  const result = await client.callTool({ name: TOOL, arguments: { query: 'parking' } })
  expect(result.isError ?? false).toBe(false)
  await client.close()

  const usage = await atoll(['usage', '--by', 'tenant,tool', '--tenant', TENANT, '--csv'], fleet.env)
  expect(usage.stdout.trim().split('\r\n')).toEqual([
    'tenant,tool,calls,failed,units',
    `${TENANT},${TOOL},1,0,2`,
  ])
  const { budgets } = await admin('budgets')
  expect(budgets).toContainEqual(
    expect.objectContaining({ name: 'tenants', per: 'tenant', holder: TENANT, used: 2 }),
  )
  const { limits } = await admin('limits')
  expect(limits).toContainEqual(expect.objectContaining({ name: 'tenant', per: ['tenant'] }))
})
