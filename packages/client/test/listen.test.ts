import { InMemoryServerEventBus, type McpServer } from '@modelcontextprotocol/server'
import { afterEach, describe, expect, test } from 'vitest'
import { Client } from '../src/index.ts'
import { bodyOf } from './servers/listen.ts'
import { legacyServer, modernServer } from './servers/mcp.ts'
import { ledger, shop } from './servers/shop.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const item of closing.splice(0)) await item.close()
})

test('hears of changes for as long as it listens', async () => {
  const bus = new InMemoryServerEventBus()
  const server = await modernServer(() => shop(ledger()), bus)
  const client = new Client({ url: server.url })
  closing.push(client, server)
  const heard: string[] = []
  const stop = new AbortController()
  const listening = client.listen(
    { toolsListChanged: true },
    { signal: stop.signal, onNotification: (method) => heard.push(method) },
  )
  await expect.poll(() => heard).toEqual(['notifications/subscriptions/acknowledged'])
  bus.publish({ kind: 'tools_list_changed' })
  await expect.poll(() => heard).toContain('notifications/tools/list_changed')
  stop.abort(new Error('heard enough'))
  await expect(listening).rejects.toThrow('heard enough')
  expect(await client.request('tools/list')).toHaveProperty('tools')
})

test.each(['modern', 'legacy'])('ends with the error of a listener that fails (%s era)', async (era) => {
  const made: McpServer[] = []
  const factory = () => {
    const mcp = shop(ledger())
    made.push(mcp)
    return mcp
  }
  const bus = new InMemoryServerEventBus()
  const server = await (era === 'modern' ? modernServer(factory, bus) : legacyServer(factory))
  const client = new Client({ url: server.url })
  closing.push(client, server)
  const heard: string[] = []
  const onNotification = (method: string) => {
    heard.push(method)
    if (heard.length > 1) throw new SyntaxError('My own parser failed.')
  }
  const listening = client.listen({ toolsListChanged: true }, { onNotification })
  await expect.poll(() => heard).toHaveLength(1)
  if (era === 'modern') bus.publish({ kind: 'tools_list_changed' })
  else await made.at(-1)?.server.sendToolListChanged()
  await expect(listening).rejects.toThrow('My own parser failed.')
})

test('is told when the server goes away', async () => {
  const server = await modernServer(() => shop(ledger()))
  const client = new Client({ url: server.url })
  closing.push(client)
  const heard: string[] = []
  const listening = client.listen(
    { toolsListChanged: true },
    { onNotification: (method) => heard.push(method) },
  )
  await expect.poll(() => heard).toHaveLength(1)
  await server.close()
  await expect(listening).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

describe('a server of the 2025 era', () => {
  async function start() {
    const made: McpServer[] = []
    const server = await legacyServer(() => {
      const mcp = shop(ledger())
      mcp.server.registerCapabilities({ resources: { subscribe: true, listChanged: true } })
      mcp.server.setRequestHandler('resources/subscribe', ({ params }) => {
        if (params.uri !== 'shop://stock') throw new Error('No such resource')
        return {}
      })
      made.push(mcp)
      return mcp
    })
    const client = new Client({ url: server.url })
    closing.push(client, server)
    return { server, client, made }
  }

  test('is followed on the stream of a session of its own, which ends with it', async () => {
    const { server, client, made } = await start()
    await client.discover()
    const heard: [string, unknown][] = []
    const stop = new AbortController()
    const listening = client.listen(
      { toolsListChanged: true, resourceSubscriptions: ['shop://stock', 'shop://gone'], taskIds: ['x'] },
      { signal: stop.signal, onNotification: (method, params) => heard.push([method, params]) },
    )
    const notifications = { toolsListChanged: true, resourceSubscriptions: ['shop://stock'] }
    const acknowledged = ['notifications/subscriptions/acknowledged', { notifications }]
    await expect.poll(() => heard).toEqual([acknowledged])
    expect(server.sessions.size).toBe(2)
    const own = made.at(-1)?.server
    await own?.sendResourceUpdated({ uri: 'shop://stock' })
    await own?.sendToolListChanged()
    await expect
      .poll(() => heard.slice(1))
      .toEqual([
        ['notifications/resources/updated', { uri: 'shop://stock' }],
        ['notifications/tools/list_changed', expect.anything()],
      ])
    expect(await own?.ping()).toEqual({})
    stop.abort(new Error('heard enough'))
    await expect(listening).rejects.toThrow('heard enough')
    expect(server.sessions.size).toBe(1)
  })

  test('is told from one that ended', async () => {
    const { server, client, made } = await start()
    const heard: string[] = []
    const listening = client.listen(
      { toolsListChanged: true },
      { onNotification: (method) => heard.push(method) },
    )
    await expect.poll(() => heard).toHaveLength(1)
    await made.at(-1)?.close()
    await listening
    server.server.closeAllConnections()
  })

  test('without sessions has nothing to listen to, and says so', async () => {
    const { server, client } = await start()
    // Whoever asks for a session gets none, as from a server that keeps none.
    const answer = (body: object) => Response.json({ jsonrpc: '2.0', ...body })
    server.server.removeAllListeners('request')
    server.server.on('request', async (request, response) => {
      const { id, method } = JSON.parse((await bodyOf(request)) || '{}')
      const result = {
        protocolVersion: '2025-11-25',
        capabilities: {},
        serverInfo: { name: 'x', version: '1' },
      }
      const error = { code: -32601, message: 'Method not found' }
      const given =
        id === undefined
          ? ''
          : await answer({ id, ...(method === 'initialize' ? { result } : { error }) }).text()
      response.writeHead(id === undefined ? 202 : 200, { 'content-type': 'application/json' }).end(given)
    })
    await expect(client.listen({}, { onNotification() {} })).rejects.toMatchObject({
      code: 'NOT_OFFERED',
      message: expect.stringContaining('keeps no sessions'),
    })
  })
})
