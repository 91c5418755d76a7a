import { describe, expect, test } from 'vitest'
import { newSite, startGateway, type TestGateway } from './fixture/fleet.ts'
import {
  describes,
  offering,
  type RawRequest,
  type RawServer,
  rawServer,
  tool,
} from './fixture/raw-server.ts'

const CALL = { name: 'raw__echo', arguments: {} }

async function start(behave?: RawServer['behave'], name = 'raw') {
  const raw = await rawServer(behave)
  const gateway = await startGateway(await newSite(), [{ name, url: raw.url }])
  return { ...gateway, raw }
}

async function bodyOf(response: Response) {
  return (await response.json()) as {
    result?: Record<string, unknown>
    error?: { code: number; message: string; data?: unknown }
  }
}

function callsAt({ requests }: RawServer): RawRequest[] {
  return requests.filter(({ method }) => method === 'tools/call')
}

/** A POST as it is given, without the words that `post` adds. */
async function send(gateway: TestGateway, body: object, headers: Record<string, string>): Promise<Response> {
  return await fetch(gateway.mcp, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gateway.token()}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
  })
}

const VERSION = '2026-07-28'
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientCapabilities': {},
}
const HEADERS = { 'mcp-protocol-version': VERSION, 'mcp-method': 'tools/call', 'mcp-name': 'raw__echo' }
const BODY = { method: 'tools/call', params: { ...CALL, _meta: ENVELOPE } }
const { 'mcp-name': _name, ...NAMELESS } = HEADERS
const { 'io.modelcontextprotocol/clientCapabilities': _declared, ...VERSION_ONLY } = ENVELOPE

describe('the gateway as a server', () => {
  test.each<[string, object, Record<string, string>, number, number]>([
    [
      'without what clients must declare',
      { ...BODY, params: { ...CALL, _meta: VERSION_ONLY } },
      HEADERS,
      400,
      -32602,
    ],
    ['without the name in a header', BODY, NAMELESS, 400, -32020],
    ['with another method in the header', BODY, { ...HEADERS, 'mcp-method': 'prompts/get' }, 400, -32020],
    ['with another name in the header', BODY, { ...HEADERS, 'mcp-name': 'raw__other' }, 400, -32020],
    [
      'in a version that nobody knows',
      {
        ...BODY,
        params: { ...CALL, _meta: { ...ENVELOPE, 'io.modelcontextprotocol/protocolVersion': '2031-01-01' } },
      },
      { ...HEADERS, 'mcp-protocol-version': '2031-01-01' },
      400,
      -32022,
    ],
    [
      'for a method that there is not',
      { method: 'tools/dance', params: { _meta: ENVELOPE } },
      { 'mcp-protocol-version': VERSION, 'mcp-method': 'tools/dance' },
      404,
      -32601,
    ],
  ])('refuses a request %s, and asks no server', async (_, body, headers, status, code) => {
    const gateway = await start()
    const response = await send(gateway, body, headers)
    expect(response.status).toBe(status)
    expect(await bodyOf(response)).toMatchObject({ error: { code } })
    expect(callsAt(gateway.raw)).toEqual([])
  })

  test('reads a name in base64, has no GET and no DELETE, and lets no foreign page in', async () => {
    const gateway = await start()
    const encoded = `=?base64?${Buffer.from('raw__echo').toString('base64')}?=`
    expect((await send(gateway, BODY, { ...HEADERS, 'mcp-name': encoded })).status).toBe(200)
    const headers = { authorization: `Bearer ${await gateway.token()}` }
    for (const method of ['GET', 'DELETE'])
      expect((await fetch(gateway.mcp, { method, headers })).status, method).toBe(405)
    expect((await send(gateway, BODY, { ...HEADERS, origin: 'https://evil.example' })).status).toBe(403)
  })
})

describe('where a call goes', () => {
  test('is decided by what its body says, and only where its headers say the same', async () => {
    const [hr, orders] = [await rawServer(), await rawServer()]
    const gateway = await startGateway(await newSite(), [
      { name: 'hr', url: hr.url },
      { name: 'orders', url: orders.url },
    ])
    const body = { ...BODY, params: { ...BODY.params, name: 'orders__echo' } }
    const response = await send(gateway, body, { ...HEADERS, 'mcp-name': 'hr__echo' })
    expect(response.status).toBe(400)
    expect(await bodyOf(response)).toMatchObject({ error: { code: -32020 } })
    // A version from before headers were held against bodies cannot be claimed for a request of after.
    const old = await send(gateway, body, { ...HEADERS, 'mcp-protocol-version': '2025-06-18' })
    expect(old.status).toBe(400)
    expect([...callsAt(hr), ...callsAt(orders)]).toEqual([])
  })

  test('does not depend on what a server calls itself', async () => {
    const raw = await rawServer((request) => {
      if (request.method === 'server/discover') {
        const _meta = { 'io.modelcontextprotocol/serverInfo': { name: 'hr', version: '1' } }
        const hints = { ttlMs: 60_000, cacheScope: 'public', _meta }
        request.reply({ supportedVersions: [VERSION], capabilities: { tools: {} }, ...hints })
      } else offering('echo')(request)
    })
    const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const client = await gateway.connect()
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['raw__echo'])
    await expect(client.callTool({ name: 'hr__echo', arguments: {} })).rejects.toMatchObject({ code: -32602 })
  })

  test('is said to the server in its own words, in headers as in the body', async () => {
    const name = 'größe prüfen'
    const inputSchema = { type: 'object', properties: { city: { type: 'string', 'x-mcp-header': 'City' } } }
    const { raw, ...gateway } = await start((request) => {
      if (request.method === 'tools/list')
        request.reply({ tools: [tool(name, { inputSchema })], ttlMs: 60_000, cacheScope: 'public' })
      else if (!describes(request, [])) request.reply({ content: [] })
    })
    const client = await gateway.connect()
    const [listed] = (await client.listTools()).tools
    expect(listed?.name).toMatch(/^raw--[A-Za-z0-9_-]+$/)
    await client.callTool({ name: String(listed?.name), arguments: { city: 'München' } })
    const [call] = callsAt(raw)
    const encoded = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`
    expect(call?.headers['mcp-name']).toBe(encoded(name))
    expect(call?.headers['mcp-param-city']).toBe(encoded('München'))
    expect(call?.params).toMatchObject({ name, arguments: { city: 'München' } })
  })
})

describe('an error of a server', () => {
  const failing = (status: number, error: object): RawServer['behave'] =>
    function fail(request) {
      if (describes(request, ['echo'])) return
      request.response.writeHead(status, { 'content-type': 'application/json' })
      request.response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
    }

  test('about what the client can do is the client’s, with what it needs', async () => {
    const data = { requiredCapabilities: { elicitation: {} } }
    const { post } = await start(failing(400, { code: -32021, message: 'Needs a form', data }))
    const response = await post('tools/call', CALL)
    expect(response.status).toBe(400)
    expect(await bodyOf(response)).toMatchObject({ error: { code: -32021, message: 'Needs a form', data } })
  })

  test('about what a 2025-era client can do is told in words that it knows', async () => {
    const { connect } = await start(failing(400, { code: -32021, message: 'Needs a form' }))
    const client = await connect({ era: 'legacy' })
    expect(await client.callTool(CALL)).toMatchObject({
      isError: true,
      content: [{ text: 'INVALID: Needs a form' }],
    })
  })

  test.each([
    [-32020, 'Header mismatch'],
    [-32022, 'Unsupported version'],
    [-32601, 'Method not found'],
  ])('%i about how the gateway spoke is not the client’s', async (code, message) => {
    const { post } = await start(failing(400, { code, message, data: { supported: [] } }))
    const { result } = await bodyOf(await post('tools/call', CALL))
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('raw') }] })
    expect(JSON.stringify(result)).not.toContain(message)
  })
})

test('callers whose requests and progress are numbered alike hear of their own only', async () => {
  const waiting: RawRequest[] = []
  const { raw, ...gateway } = await start((request) => {
    if (!describes(request, ['echo'])) waiting.push(request)
  })
  const body = { ...BODY, params: { ...BODY.params, _meta: { ...ENVELOPE, progressToken: 1 } } }
  const answers = [send(gateway, body, HEADERS), send(gateway, body, HEADERS)]
  await expect.poll(() => waiting.length).toBe(2)
  const tokens = waiting.map(({ params }) => (params._meta as { progressToken: unknown }).progressToken)
  expect(new Set(tokens).size).toBe(2)
  expect(callsAt(raw)).toHaveLength(2)
  for (const [at, { response, id }] of waiting.entries()) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const say = (message: object) =>
      response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`)
    // Each server call tells of itself, and of the other.
    for (const [which, progressToken] of tokens.entries())
      say({
        method: 'notifications/progress',
        params: { progressToken, progress: which + 1, message: `of ${which}` },
      })
    say({ id, result: { resultType: 'complete', content: [{ type: 'text', text: `of ${at}` }] } })
    response.end()
  }
  const heard = await Promise.all(answers.map(async (answer) => (await answer).text()))
  for (const text of heard) {
    const messages = text
      .split('\n')
      .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6))] : []))
    const result = messages.find(({ id }) => id === 1)?.result.content[0].text
    const progress = messages.filter(({ method }) => method === 'notifications/progress')
    expect(progress.map(({ params }) => [params.progressToken, params.message])).toEqual([[1, result]])
  }
  expect(new Set(heard.map((text) => /of \d"}\]/.exec(text)?.[0])).size).toBe(2)
})

test('a list goes on behind an empty cursor, and ends only where there is none', async () => {
  const pages: unknown[] = []
  const { connect } = await start((request) => {
    const { method, params, reply } = request
    const hints = { ttlMs: 60_000, cacheScope: 'public' }
    if (method !== 'tools/list') return void describes(request, [])
    pages.push(params.cursor)
    if (params.cursor === undefined) reply({ tools: [tool('one')], nextCursor: '', ...hints })
    else reply({ tools: [tool('two')], ...hints })
  })
  const client = await connect()
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['raw__one', 'raw__two'])
  expect(pages).toEqual([undefined, ''])
})

test('what a result says that the gateway does not know passes, and who answers is the gateway', async () => {
  const more = {
    'com.example/more': { deep: [1, { x: null }] },
    content: [{ type: 'com.example/new', anything: 1 }],
  }
  const _meta = { 'com.example/mine': 7, 'io.modelcontextprotocol/serverInfo': { name: 'raw', version: '9' } }
  const { post } = await start((request) => {
    if (!describes(request, ['echo'])) request.reply({ ...more, _meta })
  })
  const { result } = await bodyOf(await post('tools/call', CALL))
  expect(result).toEqual({
    ...more,
    resultType: 'complete',
    _meta: {
      'com.example/mine': 7,
      'io.modelcontextprotocol/serverInfo': expect.objectContaining({ name: 'gateway' }),
    },
  })
})

describe('what is known of a server’s era', () => {
  const old: RawServer['behave'] = ({ method, headers, params, reply, response, id }) => {
    const serverInfo = { name: 'raw', version: '1' }
    const refuse = (status: number, code: number) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message: 'no' } }))
    }
    if (id === undefined) response.writeHead(202).end()
    else if (method === 'initialize')
      reply({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo })
    else if (headers['mcp-protocol-version'] === VERSION) refuse(400, -32000)
    else if (method === 'ping') reply({})
    else if (method === 'tools/list') reply({ tools: [tool('echo')] })
    else if (method === 'tools/call') reply({ content: [{ type: 'text', text: `old ${params.name}` }] })
    else refuse(404, -32601)
  }
  const now: RawServer['behave'] = (request) => {
    if (request.headers['mcp-protocol-version'] === VERSION) return offering('echo')(request)
    request.response.writeHead(400, { 'content-type': 'application/json' })
    const error = { code: -32022, message: 'Unsupported', data: { supported: [VERSION] } }
    request.response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
  }

  test.each([
    ['old', 'new', old, now, 'old echo', 'echo'],
    ['new', 'old', now, old, 'echo', 'old echo'],
  ] as const)('is given up: %s, then %s', async (_, __, before, after, first, then) => {
    const { raw, ...gateway } = await start(before)
    const client = await gateway.connect()
    expect(await client.callTool(CALL)).toMatchObject({ content: [{ text: first }] })
    raw.behave = after
    expect(await client.callTool(CALL)).toMatchObject({ content: [{ text: then }] })
  })
})
