import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { expect, inject, test } from 'vitest'

const fleet = inject('fleet')
const doors = [
  ['the gateway', fleet.gateway.mcp, fleet.token, 'hr__'],
  ['a server directly', fleet.servers.hr.mcp, fleet.servers.hr.token, ''],
] as const

for (const [name, mcp, token, prefix] of doors) {
  test(`the SDK v1 client lists, calls and reads through ${name}`, async () => {
    const client = new Client({ name: 'interop-v1', version: '1' })
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { requestInit }))
    expect(client.getServerVersion()?.name).toBeTruthy()
    await client.ping()
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toContain(`${prefix}search_employees`)
    const found = await client.callTool({ name: `${prefix}list_departments`, arguments: {} })
    expect(found.isError).toBeFalsy()
    expect(found.structuredContent).toMatchObject({ departments: expect.any(Array) })
    const { resources } = await client.listResources()
    const company = resources.find((resource) => resource.uri.includes('company'))
    const read = await client.readResource({ uri: company?.uri ?? '' })
    expect(read.contents).toHaveLength(1)
    const { prompts } = await client.listPrompts()
    expect(prompts.map((prompt) => prompt.name)).toContain(`${prefix}data_analyst`)
    await client.close()
  })
}
