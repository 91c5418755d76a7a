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

/** An order of the caller in one of these states. */
async function orderIn(client: Client, prefix: string, states: string[]): Promise<string> {
  for (const status of states) {
    const { structuredContent } = await client.callTool({
      name: `${prefix}list_my_orders`,
      arguments: { status },
    })
    const { orders } = structuredContent as { orders: { id: string }[] }
    if (orders[0]) return orders[0].id
  }
  return ''
}

/** What each era does to an order: both need the person's word, and act once for one key. */
const DEEDS = {
  auto: { tool: 'cancel_order', states: ['pending', 'processing'], args: {} },
  // A 2025 client without a session cannot be asked: it gives its word in the argument.
  legacy: { tool: 'request_refund', states: ['delivered'], args: { confirm: true } },
} as const

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

      test('changes an order once the person agrees, or the argument says so', async () => {
        const client = await connect(mcp, token, mode)
        let asked = 0
        client.setRequestHandler('elicitation/create', () => {
          asked += 1
          return { action: 'accept', content: { confirm: true } }
        })
        const { tool, states, args: more } = DEEDS[mode]
        const id = await orderIn(client, p, [...states])
        expect(id).toMatch(/^ord_/)
        const args = { id, idempotency_key: `interop-${mode}-${name.replaceAll(' ', '-')}`, ...more }
        const done = await client.callTool({ name: `${p}${tool}`, arguments: args })
        expect(done.isError, JSON.stringify(done.content)).toBeFalsy()
        expect(asked).toBe(mode === 'legacy' ? 0 : 1)
        const again = await client.callTool({ name: `${p}${tool}`, arguments: args })
        expect(again.structuredContent).toEqual(done.structuredContent)
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
