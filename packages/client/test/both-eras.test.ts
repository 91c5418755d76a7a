import { afterEach, describe, expect, test } from 'vitest'
import { bearer, Client, RpcError } from '../src/index.ts'
import { legacyServer, type McpTestServer, modernServer } from './servers/mcp.ts'
import { type Ledger, ledger, shop } from './servers/shop.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const item of closing.splice(0)) await item.close()
})

async function start(kind: 'modern' | 'legacy', log: Ledger = ledger()) {
  const server = await (kind === 'modern' ? modernServer : legacyServer)(() => shop(log))
  const client = new Client({ url: server.url, name: 'shop', timeout: 5000 })
  closing.push(client, server)
  return { server, client, log }
}

function methods(server: McpTestServer): string[] {
  return server.arrivals.map(({ method }) => method)
}

describe.each(['modern', 'legacy'] as const)('a server of the %s era', (kind) => {
  test('is discovered', async () => {
    const { client } = await start(kind)
    expect(await client.discover()).toMatchObject({
      era: kind,
      instructions: 'Ask about products.',
      serverInfo: { name: 'shop' },
    })
  })

  test('lists what it offers', async () => {
    const { client } = await start(kind)
    const names = async (list: Parameters<Client['list']>[0]) =>
      (await client.list(list)).items.map(({ name }) => name)
    expect(await names('tools')).toEqual(['get_price', 'count_slowly', 'wait_for_ever'])
    expect(await names('resources')).toEqual(['about'])
    expect(await names('resourceTemplates')).toEqual([])
    expect(await names('prompts')).toEqual(['greet'])
  })

  test('is asked what it speaks once, however many calls start at the same time', async () => {
    const { client, server } = await start(kind)
    const call = (product: string) =>
      client.request('tools/call', { name: 'get_price', arguments: { product } })
    const results = await Promise.all(['tea', 'milk', 'salt'].map(call))
    expect(results.map(({ content }) => content)).toEqual([
      [{ type: 'text', text: 'tea costs 3' }],
      [{ type: 'text', text: 'milk costs 3' }],
      [{ type: 'text', text: 'salt costs 3' }],
    ])
    const handshakes = methods(server).filter((method) => ['server/discover', 'initialize'].includes(method))
    expect(handshakes).toEqual(kind === 'modern' ? ['server/discover'] : ['server/discover', 'initialize'])
  })

  test('reads a resource and renders a prompt', async () => {
    const { client } = await start(kind)
    expect(await client.request('resources/read', { uri: 'config://about' })).toMatchObject({
      contents: [{ uri: 'config://about', text: 'We sell things' }],
    })
    expect(await client.request('prompts/get', { name: 'greet', arguments: { name: 'Ada' } })).toMatchObject({
      messages: [{ content: { text: 'Greet Ada' } }],
    })
  })

  test('hands on progress', async () => {
    const { client } = await start(kind)
    const seen: unknown[] = []
    const result = await client.request(
      'tools/call',
      { name: 'count_slowly', arguments: {} },
      { meta: { progressToken: 7 }, onNotification: (method, params) => seen.push([method, params]) },
    )
    expect(result.content).toEqual([{ type: 'text', text: 'three' }])
    expect(seen).toEqual(
      [1, 2, 3].map((progress) => ['notifications/progress', { progressToken: 7, progress, total: 3 }]),
    )
  })

  test('hears of a cancellation', async () => {
    const { client, log } = await start(kind)
    const cancel = new AbortController()
    const call = client.request(
      'tools/call',
      { name: 'wait_for_ever', arguments: {} },
      { signal: cancel.signal },
    )
    await expect.poll(() => log.calls).toEqual(['wait_for_ever'])
    cancel.abort(new Error('changed my mind'))
    await expect(call).rejects.toThrow('changed my mind')
    await expect.poll(() => log.cancelled).toEqual(['wait_for_ever'])
  })

  test('has its JSON-RPC errors handed on', async () => {
    const { client } = await start(kind)
    const call = client.request('resources/read', { uri: 'config://nothing' })
    await expect(call).rejects.toThrow(RpcError)
    await expect(call).rejects.toMatchObject({ code: -32602 })
  })
})

describe('a server of the modern era', () => {
  test('gets headers that repeat what the body says', async () => {
    const { client, server } = await start('modern')
    await client.request('tools/call', { name: 'get_price', arguments: { product: 'tea' } })
    const call = server.arrivals.at(-1)
    expect(call?.headers).toMatchObject({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'get_price',
    })
    expect(call?.message.params?._meta).toMatchObject({
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    })
  })

  test('is not asked again on behalf of another caller', async () => {
    const { client, server } = await start('modern')
    for (const token of ['alice', 'bob'])
      await client.request(
        'tools/call',
        { name: 'count_slowly', arguments: {} },
        { credentials: bearer(token) },
      )
    expect(methods(server)).toEqual(['server/discover', 'tools/call', 'tools/call'])
    const tokens = server.arrivals.map(({ headers }) => headers.authorization)
    expect(tokens).toEqual([undefined, 'Bearer alice', 'Bearer bob'])
  })
})

describe('a server of the legacy era', () => {
  test('gives every caller a session of their own', async () => {
    const { client, server } = await start('legacy')
    const call = (token: string) =>
      client.request('tools/call', { name: 'count_slowly', arguments: {} }, { credentials: bearer(token) })
    await call('alice')
    await call('bob')
    await call('alice')
    const sessions = server.arrivals
      .filter(({ method }) => method === 'tools/call')
      .map(({ headers }) => [headers.authorization, headers['mcp-session-id']])
    expect(new Set(sessions.map(([, session]) => session)).size).toBe(2)
    expect(sessions[0]).toEqual(sessions[2])
  })

  test('that forgot the session gets a new handshake and the call', async () => {
    const { client, server, log } = await start('legacy')
    const call = () => client.request('tools/call', { name: 'get_price', arguments: { product: 'tea' } })
    await call()
    if ('sessions' in server) (server.sessions as Map<string, unknown>).clear()
    expect(await call()).toMatchObject({ content: [{ text: 'tea costs 3' }] })
    expect(log.calls).toEqual(['get_price tea', 'get_price tea'])
  })

  test('is asked anew after a while, and the session before ends with its last call', async () => {
    const log = ledger()
    const server = await legacyServer(() => shop(log))
    const client = new Client({ url: server.url, name: 'shop', timeout: 5000, rememberFor: 50 })
    closing.push(client, server)
    const cancel = new AbortController()
    const waiting = client.request(
      'tools/call',
      { name: 'wait_for_ever', arguments: {} },
      { signal: cancel.signal },
    )
    await expect.poll(() => log.calls).toEqual(['wait_for_ever'])
    const handshakes = () => methods(server).filter((method) => method === 'initialize').length
    const price = () => client.request('tools/call', { name: 'get_price', arguments: { product: 'tea' } })
    await expect.poll(async () => (await price()) && handshakes()).toBeGreaterThan(1)
    const [first] = server.sessions.keys()
    expect(log.cancelled).toEqual([])
    cancel.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect.poll(() => server.sessions.has(first ?? '')).toBe(false)
  })

  test('that keeps its events begins each stream with an empty one, which is no message', async () => {
    let stored = 0
    const storeEvent = async () => `event-${++stored}`
    const eventStore = { storeEvent, replayEventsAfter: async () => 'none' }
    const server = await legacyServer(() => shop(ledger()), { eventStore })
    const client = new Client({ url: server.url, name: 'shop', timeout: 5000 })
    closing.push(client, server)
    const call = { name: 'get_price', arguments: { product: 'tea' } }
    expect(await client.request('tools/call', call)).toMatchObject({ content: [{ text: 'tea costs 3' }] })
    expect(stored).toBeGreaterThan(1)
  })

  test('opens one session for a request and a look at the same time, which ends with the client', async () => {
    const server = await legacyServer(() => shop(ledger()))
    closing.push(server)
    const client = new Client({ url: server.url })
    const looks = client.instances.map((instance) => client.probe(instance))
    await client.request('tools/call', { name: 'get_price', arguments: { product: 'tea' } })
    await Promise.all(looks)
    expect(methods(server).filter((method) => method === 'initialize')).toHaveLength(1)
    await client.close()
    await expect.poll(() => server.sessions.size).toBe(0)
  })

  test('is told when sessions are no longer needed', async () => {
    const { server, log } = await start('legacy')
    const client = new Client({ url: server.url })
    await client.request('tools/call', { name: 'get_price', arguments: { product: 'tea' } })
    await client.close()
    await expect.poll(() => methods(server)).toContain('DELETE')
    expect(log.calls).toHaveLength(1)
  })
})
