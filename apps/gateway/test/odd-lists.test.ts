import { describe, expect, test } from 'vitest'
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
    const [, { problems }] = (await (await fetch(`${gateway.origin}/services`)).json()).services
    expect(problems).toContain('tools: typeless: inputSchema.type is not what the specification allows')
  })
})
