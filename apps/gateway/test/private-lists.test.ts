import { setTimeout as pause } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { describes, type RawRequest, rawServer, tool } from './fixture/raw-server.ts'

function callerOf({ headers }: RawRequest): string {
  return String(decodeJwt(String(headers.authorization).replace('Bearer ', '')).sub)
}

/** Shows everybody one tool of their own beside one for all. */
function personal(ttlMs: number) {
  return (request: RawRequest) => {
    const { method, reply } = request
    const tools = [tool('common'), tool(`only_for_${callerOf(request)}`)]
    if (method === 'tools/list') reply({ tools, ttlMs, cacheScope: 'private' })
    else if (!describes(request, []))
      reply({ content: [{ type: 'text', text: String(request.params.name) }] })
  }
}

async function start(ttlMs = 60_000) {
  const raw = await rawServer(personal(ttlMs))
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  const listsBy = (who: string) =>
    raw.requests.filter((request) => request.method === 'tools/list' && callerOf(request) === who).length
  const namesFor = async (subject: string) => {
    const client = await gateway.connect({ as: { subject } })
    return (await client.listTools()).tools.map(({ name }) => name)
  }
  return { raw, gateway, listsBy, namesFor }
}

test('a private list is fetched for each caller, and never shown to another', async () => {
  const { namesFor, gateway } = await start()
  expect(await Promise.all(['alice', 'bob', 'alice'].map(namesFor))).toEqual([
    ['raw__common', 'raw__only_for_alice'],
    ['raw__common', 'raw__only_for_bob'],
    ['raw__common', 'raw__only_for_alice'],
  ])
  const response = await gateway.post('tools/list', {}, { as: { subject: 'carol' } })
  expect(await response.json()).toMatchObject({ result: { cacheScope: 'private' } })
})

test('a private list is fetched once while it is fresh, however many ask', async () => {
  const { namesFor, listsBy } = await start()
  await Promise.all(Array.from({ length: 5 }, () => namesFor('alice')))
  await namesFor('alice')
  expect(listsBy('alice')).toBe(1)
})

test('a private list that is never fresh is fetched anew for every request', async () => {
  const { namesFor, listsBy } = await start(0)
  await namesFor('alice')
  await namesFor('alice')
  expect(listsBy('alice')).toBe(2)
})

test('a tool of a private list can be called at once, at a replica that has not listed it', async () => {
  const { gateway } = await start()
  const client = await gateway.connect({ as: { subject: 'alice' } })
  expect(await client.callTool({ name: 'raw__only_for_alice', arguments: {} })).toMatchObject({
    content: [{ text: 'only_for_alice' }],
  })
  await expect(client.callTool({ name: 'raw__only_for_bob', arguments: {} })).rejects.toMatchObject({
    code: -32602,
  })
})

test('a caller of whom nothing is known sees what everybody may see of a server that is down', async () => {
  const { raw, gateway, namesFor } = await start(0)
  expect(await namesFor('alice')).toContain('raw__only_for_alice')
  await raw.stop()
  await gateway.fleet.upstreams[0]?.refresh()
  expect(await namesFor('carol')).toEqual(['raw__common', 'raw__only_for_gateway'])
  expect(await namesFor('alice')).toContain('raw__only_for_alice')
})

test('a private list is fetched with the token that the caller has now, not with one from before', async () => {
  const { raw, gateway } = await start(0)
  const who = { subject: 'alice', tenant: 'acme', scopes: [], audience: gateway.mcp }
  const listWith = async (ttl: '20s' | '5m') => {
    const token = await gateway.people.sign({ ...who, ttl })
    const response = await gateway.post('tools/list', {}, { headers: { authorization: `Bearer ${token}` } })
    expect(response.status).toBe(200)
    const sent = raw.requests.findLast((request) => callerOf(request) === 'alice')
    return decodeJwt(String(sent?.headers.authorization).replace('Bearer ', '')).exp ?? 0
  }
  const first = await listWith('20s')
  expect(await listWith('5m')).toBeGreaterThan(first)
})

describe('a private list that its server says has changed', () => {
  /** Lists of one caller that are answered when told to be, after the first. */
  async function listening() {
    const names = ['one']
    const streams: ((method: string) => void)[] = []
    const held: (() => void)[] = []
    let holds = false
    const raw = await rawServer((request) => {
      const { method, reply, id, response, params } = request
      const isAlice = callerOf(request) === 'alice'
      const hints = { ttlMs: 60_000, cacheScope: 'private' }
      if (method === 'server/discover')
        return reply({ supportedVersions: ['2026-07-28'], capabilities: { tools: { listChanged: true } } })
      if (method === 'tools/list') {
        const list = { tools: names.map((name) => tool(name)), ...hints }
        if (holds && isAlice) held.push(() => reply(list))
        else reply(list)
      } else if (method === 'subscriptions/listen') {
        const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
        const tell = (name: string, more: object = {}) =>
          response.write(
            `data: ${JSON.stringify({ jsonrpc: '2.0', method: `notifications/${name}`, params: { ...more, _meta } })}\n\n`,
          )
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        tell('subscriptions/acknowledged', { notifications: params.notifications })
        if (isAlice) streams.push(tell)
      }
    })
    const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url, timeout: '20s' }])
    const client = await gateway.connect()
    let told = 0
    client.setNotificationHandler('notifications/tools/list_changed', () => {
      told += 1
    })
    await client.listen({ toolsListChanged: true })
    const list = async () =>
      (await client.listTools(undefined, { cacheMode: 'bypass' })).tools.map(({ name }) => name)
    expect(await list()).toEqual(['raw__one'])
    await expect.poll(() => streams.length).toBe(1)
    const change = async () => {
      const before = told
      for (const tell of streams) tell('tools/list_changed')
      await expect.poll(() => told).toBe(before + 1)
    }
    const hold = () => {
      holds = true
    }
    return { names, held, list, change, hold }
  }

  test('is shown as it is now to whoever asks then, however long its server takes', async () => {
    const { names, held, list, change, hold } = await listening()
    hold()
    names.push('two')
    await change()
    const asked = list()
    await expect.poll(() => held.length).toBe(1)
    // Longer than anybody waits for what is merely not fresh.
    await pause(250)
    const later = list()
    for (const answer of held) answer()
    expect(await Promise.all([asked, later])).toEqual(Array(2).fill(['raw__one', 'raw__two']))
  })

  test('is not what was on its way then', async () => {
    const { names, held, list, change, hold } = await listening()
    hold()
    await change()
    const early = list()
    await expect.poll(() => held.length).toBe(1)
    names.push('two')
    await change()
    const late = list()
    await expect.poll(() => held.length).toBe(2)
    held[1]?.()
    expect(await late).toEqual(['raw__one', 'raw__two'])
    held[0]?.()
    await early
    expect(await list()).toEqual(['raw__one', 'raw__two'])
  })
})

test('lists that a server has since its upgrade are shown to callers from before', async () => {
  let hasPrompts = false
  const hints = { ttlMs: 60_000, cacheScope: 'private' }
  const raw = await rawServer((request) => {
    const { method, reply } = request
    const capabilities = { tools: {}, ...(hasPrompts && { prompts: {} }) }
    if (method === 'server/discover') reply({ supportedVersions: ['2026-07-28'], capabilities, ttlMs: 0 })
    else if (method === 'tools/list') reply({ tools: [tool('one')], ...hints })
    else if (method === 'prompts/list')
      reply({ prompts: callerOf(request) === 'gateway' ? [] : [{ name: 'mine' }], ...hints })
  })
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  await (await gateway.connect()).listTools()
  hasPrompts = true
  await gateway.fleet.upstreams[0]?.refresh()
  for (const subject of ['bob', 'alice']) {
    const client = await gateway.connect({ as: { subject } })
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['raw__mine'])
  }
})

describe('headers of a tool that only its caller is shown', () => {
  const region = { type: 'string', 'x-mcp-header': 'Region' }

  async function till(properties: object = { region }, ttlMs = 60_000, others: readonly object[] = []) {
    const pay = tool('pay', { inputSchema: { type: 'object', properties } })
    const raw = await rawServer((request) => {
      const { method, reply } = request
      const tools = callerOf(request) === 'gateway' ? others : [pay]
      if (method === 'tools/list') reply({ tools, ttlMs, cacheScope: 'private' })
      else if (!describes(request, [])) reply({ content: [{ type: 'text', text: 'paid' }] })
    })
    const { post, token } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    // One token, as those of one session have.
    const authorization = `Bearer ${await token()}`
    const call = async (region: string, args: object = { region: 'eu' }) => {
      const headers = { 'mcp-param-region': region, authorization }
      const response = await post('tools/call', { name: 'raw__pay', arguments: args }, { headers })
      const { result, error } = (await response.json()) as { result?: object; error?: { code: number } }
      return error ? [response.status, error.code] : result
    }
    const sent = (wanted: string) =>
      raw.requests.filter((request) => request.method === wanted && callerOf(request) === 'alice')
    const list = async () => (await post('tools/list', {}, { headers: { authorization } })).text()
    return { call, sent, list }
  }
  const PAID = { content: [{ text: 'paid' }] }

  test('are held against its arguments', async () => {
    const { call, list } = await till()
    await list()
    const [wrong, right] = await Promise.all(['us', 'eu'].map((region) => call(region)))
    expect(wrong).toEqual([400, -32020])
    expect(right).toMatchObject(PAID)
  })

  test('are held against them also where nobody has listed it, which is then done once', async () => {
    const { call, sent } = await till()
    const [wrong, right] = await Promise.all(['us', 'eu'].map((region) => call(region)))
    expect(wrong).toEqual([400, -32020])
    expect(right).toMatchObject(PAID)
    expect(sent('tools/list')).toHaveLength(1)
    expect(sent('tools/call').map(({ headers }) => headers['mcp-param-region'])).toEqual(['eu'])
  })

  test('are held against them where its list is never fresh, for which one look is enough', async () => {
    const { call, sent } = await till({ region }, 0)
    expect(await call('us')).toEqual([400, -32020])
    expect(await call('eu')).toMatchObject(PAID)
    expect(sent('tools/list').length).toBeLessThanOrEqual(2)
    expect(sent('tools/call')).toHaveLength(1)
  })

  test('are those of the tool as its caller was shown it, also where others are shown another', async () => {
    const { call, sent, list } = await till({ region }, 60_000, [tool('pay')])
    await list()
    expect(await call('us')).toEqual([400, -32020])
    expect(await call('eu')).toMatchObject(PAID)
    expect(sent('tools/call').map(({ headers }) => headers['mcp-param-region'])).toEqual(['eu'])
  })

  test('are held against arguments inside others, which its server would be sent anew', async () => {
    const { call } = await till({ to: { type: 'object', properties: { region } } })
    expect(await call('us', { to: { region: 'eu' } })).toEqual([400, -32020])
    expect(await call('eu', { to: { region: 'eu' } })).toMatchObject(PAID)
    expect(await call('eu', { to: {} })).toEqual([400, -32020])
  })
})

describe('a tool that a server describes to its caller in another way than to others', () => {
  /** To everybody else it needs a scope that nobody here has, and has another header. */
  async function described(ttlMs: number) {
    const pay = (header: string, scope: string) =>
      tool('pay', {
        inputSchema: {
          type: 'object',
          properties: { region: { type: 'string', 'x-mcp-header': header } },
        },
        _meta: { 'dev.atoll/tool': { scopes: [scope] } },
      })
    let header = 'Area'
    const raw = await rawServer((request) => {
      const { method, reply } = request
      const isAlice = callerOf(request) === 'alice'
      const tools = [isAlice ? pay(header, 'hr:read') : pay('Region', 'hr:admin'), tool('other')]
      if (method === 'tools/list') reply({ tools, ttlMs, cacheScope: 'private' })
      else if (!describes(request, [])) reply({ content: [{ type: 'text', text: 'paid' }] })
    })
    const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const pays = (headers: object) => {
      const call = { name: 'raw__pay', arguments: { region: 'eu' } }
      return gateway.post('tools/call', call, { as: { subject: 'alice' }, headers })
    }
    const lists = () =>
      raw.requests.filter((request) => request.method === 'tools/list' && callerOf(request) === 'alice')
    const rename = (its: string) => {
      header = its
    }
    return { raw, gateway, pays, lists, rename }
  }

  test('is called by what its caller is told of it', async () => {
    const { raw, gateway, pays } = await described(60_000)
    const as = { subject: 'alice' }
    await (await gateway.post('tools/list', {}, { as })).text()
    const answer = await pays({ 'mcp-param-area': 'eu' })
    expect(await answer.json()).toMatchObject({ result: { content: [{ text: 'paid' }] } })
    const sent = raw.requests.findLast(({ method }) => method === 'tools/call')
    expect(sent?.headers).toMatchObject({ 'mcp-param-area': 'eu' })
    expect(sent?.headers).not.toHaveProperty('mcp-param-region')
    const { scope } = decodeJwt(String(sent?.headers.authorization).replace('Bearer ', ''))
    expect(scope).toBe('hr:read')
    const wrong = await pays({ 'mcp-param-region': 'eu' })
    expect(await wrong.json()).toMatchObject({ error: { code: -32020 } })
  })

  test('is called so at a replica that has not listed it, too', async () => {
    const { raw, gateway } = await described(60_000)
    const client = await gateway.connect({ era: 'legacy', as: { subject: 'alice' } })
    const call = { name: 'raw__pay', arguments: { region: 'eu' } }
    expect(await client.callTool(call)).toMatchObject({ content: [{ text: 'paid' }] })
    const sent = raw.requests.findLast(({ method }) => method === 'tools/call')
    expect(sent?.headers).toMatchObject({ 'mcp-param-area': 'eu' })
  })

  test('costs no list with each call, though none is ever fresh', async () => {
    const { pays, lists } = await described(0)
    for (let calls = 0; calls < 3; calls++) await (await pays({ 'mcp-param-area': 'eu' })).text()
    expect(lists()).toHaveLength(1)
  })

  test('is called in the way that everybody is told of where its server does not describe it', async () => {
    const { raw, pays, gateway } = await described(60_000)
    const { behave } = raw
    raw.behave = (request) => {
      if (request.method === 'tools/list') request.reply({ tools: [], cacheScope: 'private', ttlMs: 60_000 })
      else behave(request)
    }
    await (await gateway.post('tools/list', {}, { as: { subject: 'alice' } })).text()
    expect((await pays({ 'mcp-param-region': 'eu' })).status).toBe(403)
  })
})
