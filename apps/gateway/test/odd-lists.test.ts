import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { newClient, oldClient } from './fixture/pairs/clients.ts'
import { offering, rawServer, tool, withTools } from './fixture/raw-server.ts'

const CLIENTS = { new: newClient, old: oldClient }

describe.each(['new', 'old'] as const)('the %s client', (era) => {
  test('reads the tools of the other servers beside those that no client could read', async () => {
    const good = await rawServer(offering('fine'))
    const tools = [
      { name: 'typeless', inputSchema: {} },
      { name: 'array', inputSchema: { type: 'array' } },
      { name: 'required', inputSchema: { type: 'object', required: true } },
      tool('icons', { icons: {} }),
      tool('output', { outputSchema: { type: 'object', required: true } }),
      tool('absent', {
        ...{
          title: null,
          description: null,
          icons: null,
          annotations: null,
          outputSchema: null,
          _meta: null,
        },
        more: null,
      }),
      tool('half', { annotations: { title: null, readOnlyHint: true } }),
    ]
    const odd = await rawServer(withTools(tools, () => {}))
    const gateway = await startGateway(await newSite(), [
      { name: 'good', url: good.url },
      { name: 'odd', url: odd.url },
    ])
    const client = await CLIENTS[era](gateway)
    expect(await client.tools()).toEqual(['good__fine', 'odd__absent', 'odd__half'])
    const response = await fetch(`${gateway.origin}/services`)
    const { services } = (await response.json()) as { services: { problems: string[] }[] }
    const problems = services.flatMap((service) => service.problems)
    expect(problems).toContain('tools: typeless: inputSchema.type is not what the specification allows')
  })
})

describe('an output that is no object', () => {
  const node = { anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#' } }] }
  const tools = [
    tool('rows', { outputSchema: { type: 'array', items: { type: 'string' } } }),
    tool('either', { outputSchema: { anyOf: [{ type: 'string' }, { type: 'object' }] } }),
    tool('tree', { outputSchema: { ...node, examples: [{ $ref: '#' }] } }),
    tool('any', { inputSchema: { type: 'object', properties: { x: true, y: false } } }),
  ]
  const OUTPUTS: Record<string, unknown> = { rows: ['a'], either: { b: 1 }, tree: ['a', ['b']], any: 7 }

  async function start(sessions: boolean) {
    const server = await rawServer(
      withTools(tools, ({ params, reply }) =>
        reply({ content: [{ type: 'text', text: 'x' }], structuredContent: OUTPUTS[String(params.name)] }),
      ),
    )
    const servers = [{ name: 'new', url: server.url }]
    return startGateway(await newSite(), servers, { env: { MCP_SESSIONS: String(sessions) } })
  }

  test('is what clients of the new era get', async () => {
    const client = await (await start(false)).connect()
    expect((await client.listTools()).tools.map(({ outputSchema }) => outputSchema)).toEqual(
      tools.map((each) => ('outputSchema' in each ? each.outputSchema : undefined)),
    )
    for (const [name, structuredContent] of Object.entries(OUTPUTS))
      expect(await client.callTool({ name: `new__${name}` })).toMatchObject({ structuredContent })
  })

  test.each([true, false])('is wrapped for those of the 2025 era, with sessions: %s', async (sessions) => {
    const { mcp, token } = await start(sessions)
    const client = new OldClient({ name: 'old', version: '1' })
    const requestInit = { headers: { authorization: `Bearer ${await token()}` } }
    await client.connect(new OldTransport(new URL(mcp), { requestInit }))
    onTestFinished(() => client.close())
    const listed = (await client.listTools()).tools
    const [rows, , tree, any] = listed
    expect(rows?.outputSchema).toEqual({
      type: 'object',
      properties: { result: { type: 'array', items: { type: 'string' } } },
      required: ['result'],
    })
    expect(tree?.outputSchema?.properties?.result).toEqual({
      anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#/properties/result' } }],
      examples: [{ $ref: '#' }],
    })
    expect(any?.inputSchema.properties).toEqual({ x: {}, y: { not: {} } })
    // The client holds each output against the schema it was listed with.
    for (const [name, result] of Object.entries(OUTPUTS))
      expect(await client.callTool({ name: `new__${name}`, arguments: {} })).toMatchObject({
        structuredContent: { result },
      })
  })
})
