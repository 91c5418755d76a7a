import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { describe, expect, inject, test } from 'vitest'

const fleet = inject('fleet')
const doors = {
  'the gateway': { mcp: fleet.gateway.mcp, token: fleet.token, prefix: (domain: string) => `${domain}__` },
  'a server directly': { mcp: fleet.servers.orders.mcp, token: fleet.servers.orders.token, prefix: () => '' },
}

async function connect(mcp: string, token: string, mode: 'auto' | 'legacy') {
  const client = new Client(
    { name: 'interop', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
  )
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { requestInit }))
  return client
}

/** Some order of the caller that may still be cancelled. */
async function openOrder(client: Client, prefix: string): Promise<string> {
  const { structuredContent } = await client.callTool({
    name: `${prefix}list_my_orders`,
    arguments: { status: 'pending' },
  })
  const { orders } = structuredContent as { orders: { id: string }[] }
  return orders[0]?.id ?? ''
}

for (const mode of ['auto', 'legacy'] as const) {
  for (const [name, { mcp, token, prefix }] of Object.entries(doors)) {
    describe(`SDK v2 client, ${mode}, through ${name}`, () => {
      const p = prefix('orders')

      test('lists, calls, reads errors', async () => {
        const client = await connect(mcp, token, mode)
        const { tools } = await client.listTools()
        expect(tools.map((tool) => tool.name)).toContain(`${p}list_my_orders`)
        const listed = await client.callTool({ name: `${p}list_my_orders`, arguments: {} })
        expect(listed.isError).toBeFalsy()
        const missing = await client.callTool({
          name: `${p}get_order`,
          arguments: { id: 'ord_doesnotexist0' },
        })
        expect(missing.isError).toBe(true)
        await expect(client.callTool({ name: 'no_such_tool', arguments: {} })).rejects.toThrow()
        await client.close()
      })

      test('cancels an order once the person agrees, or the argument says so', async () => {
        const client = await connect(mcp, token, mode)
        let asked = 0
        client.setRequestHandler('elicitation/create', () => {
          asked += 1
          return { action: 'accept', content: { confirm: true } }
        })
        const id = await openOrder(client, p)
        expect(id).toMatch(/^ord_/)
        const key = `interop-${mode}-${name.replaceAll(' ', '-')}`
        // A 2025 client without a session cannot be asked: it gives its word in the argument.
        const confirm = mode === 'legacy' ? { confirm: true } : {}
        const args = { id, idempotency_key: key, ...confirm }
        const cancelled = await client.callTool({ name: `${p}cancel_order`, arguments: args })
        expect(cancelled.isError, JSON.stringify(cancelled.content)).toBeFalsy()
        expect(asked).toBe(mode === 'legacy' ? 0 : 1)
        const again = await client.callTool({ name: `${p}cancel_order`, arguments: args })
        expect(again.structuredContent).toEqual(cancelled.structuredContent)
        await client.close()
      })
    })
  }
}

test('the gateway’s token opens no server directly', async () => {
  const response = await fetch(fleet.servers.hr.mcp, {
    method: 'POST',
    headers: { authorization: `Bearer ${fleet.token}`, 'content-type': 'application/json' },
    body: '{}',
  })
  expect(response.status).toBe(401)
})
