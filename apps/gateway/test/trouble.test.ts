import { freePort } from '@atoll/tooling/free-port'
import type { Client } from '@modelcontextprotocol/client'
import { describe, expect, test } from 'vitest'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { describes, offering, type RawRequest, rawServer, tool, withTools } from './fixture/raw-server.ts'

async function namesOf(client: Client) {
  // The client would keep the list for as long as the gateway says it may.
  const { tools } = await client.listTools(undefined, { cacheMode: 'bypass' })
  return tools.map(({ name }) => name)
}

async function services(origin: string) {
  const body = (await (await fetch(`${origin}/services`)).json()) as { services: Record<string, unknown>[] }
  return Object.fromEntries(body.services.map((service) => [service.name, service]))
}

describe('a server that is not there', () => {
  test('costs the others nothing, and shows', async () => {
    const gone = { name: 'gone', url: `http://127.0.0.1:${await freePort()}/mcp` }
    const { connect, origin } = await startFleet({ others: [gone] })
    const client = await connect()
    expect(await namesOf(client)).toContain('hr__search_employees')
    expect(await client.callTool({ name: 'orders__list_my_orders', arguments: {} })).not.toHaveProperty(
      'isError',
    )
    expect((await services(origin)).gone).toMatchObject({
      state: 'down',
      tools: [],
      lastError: { message: 'gone cannot be reached right now.' },
    })
    const ready = await fetch(`${origin}/ready`)
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { status: 'ready', dependencies: { gone: { status: 'degraded' } } },
    ])
  })

  test('and was never seen is said to be out of reach, not to lack the tool', async () => {
    const gone = { name: 'gone', url: `http://127.0.0.1:${await freePort()}/mcp` }
    const client = await (await startFleet({ others: [gone] })).connect()
    const result = await client.callTool({ name: 'gone__anything', arguments: {} })
    expect(result).toMatchObject({
      isError: true,
      content: [
        { text: expect.stringContaining('gone, the server of this tool, cannot be reached right now') },
      ],
      _meta: { 'dev.atoll/error': { code: 'UNAVAILABLE', retryable: true, retryAfter: 5 } },
    })
  })

  test('any more keeps its tools listed, and calls to them say when to come back', async () => {
    const raw = await rawServer()
    const { connect, origin, fleet } = await startFleet({ others: [{ name: 'raw', url: raw.url }] })
    const client = await connect()
    await raw.stop()
    await fleet.upstreams.find(({ name }) => name === 'raw')?.refresh()
    expect(await namesOf(client)).toContain('raw__echo')
    expect(await client.callTool({ name: 'raw__echo', arguments: {} })).toMatchObject({
      isError: true,
      content: [{ text: 'UNAVAILABLE: raw cannot be reached right now. Try again in 5 s.' }],
      _meta: { 'dev.atoll/error': { retryable: true, retryAfter: 5 } },
    })
    expect((await services(origin)).raw).toMatchObject({ state: 'down', tools: ['raw__echo'] })
  })

  test('and comes back is used again without anybody asking', async () => {
    const raw = await rawServer()
    const { connect, origin, fleet } = await startFleet({ others: [{ name: 'raw', url: raw.url }] })
    const client = await connect()
    await raw.stop()
    await fleet.upstreams.find(({ name }) => name === 'raw')?.refresh()
    raw.behave = offering('echo', 'more')
    await raw.start()
    await expect
      .poll(async () => (await services(origin)).raw, { timeout: 10_000 })
      .toMatchObject({ state: 'up' })
    expect(await namesOf(client)).toEqual(expect.arrayContaining(['raw__echo', 'raw__more']))
    expect(await client.callTool({ name: 'raw__more', arguments: {} })).toMatchObject({
      content: [{ text: 'more' }],
    })
  })
})

describe('a server that does not answer', () => {
  test('at the start is left out of lists once its deadline is over', async () => {
    const raw = await rawServer(() => {})
    const { connect, origin } = await startFleet({
      others: [{ name: 'raw', url: raw.url, timeout: '300ms' }],
    })
    const names = await namesOf(await connect())
    expect(names).toContain('hr__search_employees')
    expect(names.some((name) => name.startsWith('raw'))).toBe(false)
    expect((await services(origin)).raw).toMatchObject({
      state: 'down',
      lastError: { message: 'raw did not answer within 0.3 s.' },
    })
  })

  test('later is not waited for by anybody who lists', async () => {
    const raw = await rawServer()
    const { connect, fleet } = await startFleet({ others: [{ name: 'raw', url: raw.url, timeout: '60s' }] })
    const client = await connect()
    const answers: (() => void)[] = []
    raw.behave = (request) => answers.push(() => offering('echo')(request))
    const looking = fleet.upstreams.find(({ name }) => name === 'raw')?.refresh()
    await expect.poll(() => answers).toHaveLength(1)
    // The look is still under way when the list is there.
    expect(await namesOf(client)).toContain('raw__echo')
    expect(answers).toHaveLength(1)
    raw.behave = offering('echo')
    for (const answer of answers) answer()
    await looking
  })

  test('a call is given up at the deadline of calls', async () => {
    const raw = await rawServer()
    const servers = [{ name: 'raw', url: raw.url, callTimeout: '200ms' }]
    const client = await (await startGateway(await newSite(), servers)).connect()
    raw.behave = () => {}
    expect(await client.callTool({ name: 'raw__echo', arguments: {} })).toMatchObject({
      isError: true,
      // It says nothing of being read-only, so it may have acted.
      content: [{ text: expect.stringMatching(/^OUTCOME_UNKNOWN: raw did not answer within 0.2 s/) }],
      _meta: { 'dev.atoll/error': { retryable: false } },
    })
    expect(raw.requests.filter(({ method }) => method === 'tools/call')).toHaveLength(1)
  })
})

describe('a server that lies', () => {
  const lies = {
    'JSON that is none': '{"jsonrpc":"2.0","id":1,"result":{"tools":[',
    'a list that is none': '{"jsonrpc":"2.0","id":ID,"result":{"resultType":"complete","tools":{"a":1}}}',
    'another answer': '{"jsonrpc":"2.0","id":"other","result":{"tools":[]}}',
    nothing: '',
  }
  test.each(Object.entries(lies))('with %s keeps its last good list, and shows', async (_, lie) => {
    const raw = await rawServer()
    const { connect, origin, fleet } = await startFleet({ others: [{ name: 'raw', url: raw.url }] })
    const client = await connect()
    raw.behave = (request) => {
      if (request.method === 'server/discover') offering()(request)
      else request.response.writeHead(200, { 'content-type': 'application/json' }).end(lie)
    }
    await fleet.upstreams.find(({ name }) => name === 'raw')?.refresh()
    const names = await namesOf(client)
    expect(names).toEqual(expect.arrayContaining(['hr__search_employees', 'raw__echo']))
    expect((await services(origin)).raw).toMatchObject({ problems: [expect.stringMatching(/^tools: /)] })
    expect(await client.callTool({ name: 'raw__echo', arguments: {} })).toMatchObject({ isError: true })
    expect(await client.callTool({ name: 'hr__who_am_i', arguments: {} })).not.toHaveProperty('isError')
  })

  test('about one tool loses that tool only', async () => {
    const raw = await rawServer((request) => {
      if (request.method === 'tools/list')
        request.reply({
          tools: [
            { name: 'good', inputSchema: { type: 'object' }, title: null },
            { name: 'bad' },
            7,
            { name: 'worse', inputSchema: { type: 'array' } },
          ],
          ttlMs: 0,
          cacheScope: 'public',
        })
      else describes(request, [])
    })
    const { connect, origin } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    expect(await namesOf(await connect())).toEqual(['raw__good'])
    expect((await services(origin)).raw).toMatchObject({
      state: 'up',
      problems: [
        'tools: an entry that is no object',
        'tools: bad: no input schema',
        'tools: worse: inputSchema.type is not what the specification allows',
      ],
    })
  })

  test('about why it has no list does not have its words shown to everybody', async () => {
    const raw = await rawServer(({ method, reply, response }) => {
      if (method === 'server/discover')
        return reply({ supportedVersions: ['2026-07-28'], capabilities: { tools: {}, prompts: {} } })
      if (method === 'tools/list') return reply({ tools: [] })
      const error = { code: -32603, message: 'password=hunter2 at 10.0.0.7' }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
    })
    const { origin } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const shown = (await services(origin)).raw
    expect(JSON.stringify(shown)).not.toMatch(/hunter2|10\.0\.0\.7/)
    expect(shown).toMatchObject({
      problems: ['prompts: could not be had.'],
    })
  })

  test('with an error of its own making does not have its words handed on', async () => {
    const raw = await rawServer()
    const client = await (await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])).connect()
    raw.behave = ({ response }) => {
      const error = { code: -32603, message: 'SELECT * FROM secrets failed' }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
    }
    const result = await client.callTool({ name: 'raw__echo', arguments: {} })
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('raw could not') }],
    })
    expect(JSON.stringify(result)).not.toContain('secrets')
  })

  const inside = ({ id, response }: RawRequest, data?: object) => {
    const error = { code: -32603, message: 'It broke half way', data }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, error }))
  }
  const behind = ({ response }: RawRequest) => void response.writeHead(504).end()

  test.each([
    ['broke inside', inside],
    ['was given up by what stands before its server', behind],
  ])('whose tool that acts %s may have carried it out', async (_, fail) => {
    const raw = await rawServer()
    const client = await (await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])).connect()
    raw.behave = (request) => fail(request)
    expect(await client.callTool({ name: 'raw__echo', arguments: {} })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('look before you repeat it') }],
      _meta: { 'dev.atoll/error': { code: 'OUTCOME_UNKNOWN', retryable: false } },
    })
  })

  test('whose tool only reads, or that says it has no room, may be asked again', async () => {
    const tools = [tool('read', { annotations: { readOnlyHint: true } }), tool('act')]
    const raw = await rawServer(withTools(tools, () => {}))
    const client = await (await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])).connect()
    raw.behave = withTools(tools, (request) => inside(request, { code: 'OVERLOADED', status: 503 }))
    const again = { 'dev.atoll/error': { code: 'UNAVAILABLE', retryable: true } }
    expect(await client.callTool({ name: 'raw__act', arguments: {} })).toMatchObject({ _meta: again })
    raw.behave = withTools(tools, (request) => inside(request))
    expect(await client.callTool({ name: 'raw__read', arguments: {} })).toMatchObject({ _meta: again })
  })
})

test('a server that tells of a change is looked at again without delay', async () => {
  const raw = await rawServer()
  let tell: ((method: string) => void) | undefined
  let names = ['echo']
  raw.behave = (request) => {
    const { method, response, reply } = request
    if (method === 'server/discover') {
      const capabilities = { tools: { listChanged: true } }
      reply({ supportedVersions: ['2026-07-28'], capabilities, ttlMs: 3_600_000, cacheScope: 'public' })
    } else if (method === 'subscriptions/listen') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      tell = (what) => void response.write(`data: {"jsonrpc":"2.0","method":"${what}","params":{}}\n\n`)
      tell('notifications/subscriptions/acknowledged')
    } else offering(...names)(request)
  }
  const { connect } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  const client = await connect()
  await expect.poll(() => tell, { timeout: 5000 }).toBeDefined()
  names = ['echo', 'more']
  tell?.('notifications/tools/list_changed')
  await expect.poll(() => namesOf(client), { timeout: 5000 }).toEqual(['raw__echo', 'raw__more'])
  expect(raw.requests.filter(({ method }) => method === 'subscriptions/listen')).toHaveLength(1)
})

test('a client that listens hears when what a server offers has changed', async () => {
  const raw = await rawServer()
  const { connect, fleet } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  const client = await connect()
  let heard = 0
  client.setNotificationHandler('notifications/tools/list_changed', () => void heard++)
  const subscription = await client.listen({ toolsListChanged: true })
  raw.behave = offering('echo', 'more')
  await fleet.upstreams[0]?.refresh()
  await expect.poll(() => heard).toBe(1)
  await fleet.upstreams[0]?.refresh()
  expect(heard).toBe(1)
  await subscription.close()
})
