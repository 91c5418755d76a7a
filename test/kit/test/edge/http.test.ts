import { type HttpFixture, httpFixture, modernRequest } from '@atoll/testing'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Machine, machineServer, newMachine } from '../fixture.ts'
import { events } from './events.ts'

const who = { subject: 'alice', tenant: 'acme', scopes: ['machine:use'] }
let machine: Machine
let http: HttpFixture
let token: string

beforeEach(async () => {
  machine = newMachine()
  http = await httpFixture(machineServer, machine)
  token = await http.token(who)
})
afterEach(async () => {
  machine.gate.resolve('late')
  await http.close()
})

async function connect(as = who) {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const headers = { authorization: `Bearer ${await http.token(as)}` }
  await client.connect(new StreamableHTTPClientTransport(new URL(http.mcp), { requestInit: { headers } }))
  return client
}

test('streams progress to a client that asked, then the result', async () => {
  const client = await connect()
  const seen: number[] = []
  await client.callTool(
    { name: 'steps', arguments: {} },
    { onprogress: ({ progress }) => seen.push(progress) },
  )
  expect(seen).toEqual([1, 3])
  await client.close()
})

test('answers with one JSON body where nothing is streamed', async () => {
  const { body, headers } = modernRequest('tools/call', { name: 'steps', arguments: {} }, token)
  const response = await http.post(body, headers)
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(await response.json()).toMatchObject({
    result: { resultType: 'complete', _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'machine' } } },
  })
})

test('aborts the handler when the client hangs up', async () => {
  const controller = new AbortController()
  const { body, headers } = modernRequest('tools/call', { name: 'wait', arguments: {} }, token)
  const request = fetch(http.mcp, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: controller.signal,
  })
  await expect.poll(() => machine.signals.length).toBe(1)
  controller.abort()
  await expect(request).rejects.toThrow()
  await expect.poll(() => machine.signals[0]?.aborted).toBe(true)
  await expect.poll(() => http.audit.at(-1)?.outcome).toBe('cancelled')
})

test('accepts a name in Base64, and refuses one that says something else', async () => {
  const { body, headers } = modernRequest('tools/call', { name: 'count', arguments: {} }, token)
  const encoded = (name: string) => ({
    ...headers,
    'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=`,
  })
  expect((await http.post(body, encoded('count'))).status).toBe(200)
  expect((await http.post(body, encoded('other'))).status).toBe(400)
})

test('tells subscribers of one tenant what changed in it, and nobody else', async () => {
  const uri = 'machine://parts/a'
  const listen = async (as: typeof who) => {
    const filter = { notifications: { resourceSubscriptions: [uri], toolsListChanged: true } }
    const { body, headers } = modernRequest('subscriptions/listen', filter, await http.token(as))
    const response = await http.post(body, headers)
    return { response, messages: events(response) }
  }
  const mine = await listen(who)
  const foreign = await listen({ ...who, tenant: 'globex' })
  for (const { messages } of [mine, foreign]) {
    expect((await messages.next()).value).toMatchObject({
      method: 'notifications/subscriptions/acknowledged',
      params: {
        notifications: { resourceSubscriptions: [uri], toolsListChanged: true },
        _meta: { 'io.modelcontextprotocol/subscriptionId': 1 },
      },
    })
  }
  const client = await connect()
  await client.callTool({ name: 'touch', arguments: { id: 'b' } })
  await client.callTool({ name: 'touch', arguments: { id: 'a' } })
  expect((await mine.messages.next()).value).toMatchObject({
    method: 'notifications/resources/updated',
    params: { uri },
  })
  await client.close()
  const rest = foreign.messages.next()
  await http.close()
  // What the other tenant sees next is the end, with its result.
  expect((await rest).value).toMatchObject({ id: 1, result: { resultType: 'complete' } })
})

test('refuses a subscription without a valid filter', async () => {
  const { body, headers } = modernRequest(
    'subscriptions/listen',
    { notifications: { toolsListChanged: 'yes' } },
    token,
  )
  expect(await (await http.post(body, headers)).json()).toMatchObject({ error: { code: -32602 } })
})

test('limits a body to its size', async () => {
  const { body, headers } = modernRequest(
    'tools/call',
    { name: 'count', arguments: { word: 'x'.repeat(5e6) } },
    token,
  )
  expect((await http.post(body, headers)).status).toBe(413)
})

test('gives every answer a request id, the caller’s own where it is plain', async () => {
  const ask = async (id: string) => {
    const { body, headers } = modernRequest('tools/list', {}, token)
    return (await http.post(body, { ...headers, 'x-request-id': id })).headers.get('x-request-id')
  }
  expect(await ask('mine-1')).toBe('mine-1')
  expect(await ask('no spaces allowed')).not.toBe('no spaces allowed')
})

test('serves a 2025 client without anything of 2026', async () => {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const send = async (method: string, params = {}) => {
    const response = await http.post({ jsonrpc: '2.0', id: 1, method, params }, headers)
    const text = await response.text()
    return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text)
  }
  const client = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'old', version: '1' },
  }
  expect(await send('initialize', client)).toMatchObject({ result: { protocolVersion: '2025-11-25' } })
  expect(await send('ping')).toMatchObject({ result: {} })
  const listed = await send('tools/list')
  expect(listed.result.tools).toHaveLength(10)
  for (const key of ['ttlMs', 'cacheScope', 'resultType', '_meta'])
    expect(listed.result).not.toHaveProperty(key)
  const called = await send('tools/call', { name: 'count', arguments: {} })
  expect(called.result).toEqual({
    content: [{ type: 'text', text: '{"calls":1}' }],
    structuredContent: { calls: 1 },
  })
})

/** The same request with its name in Base64, as clients send names that are not plain ASCII. */
function encoded({ body, headers }: ReturnType<typeof modernRequest>) {
  const name = Buffer.from(headers['mcp-name'] ?? '').toString('base64')
  return { body, headers: { ...headers, 'mcp-name': `=?base64?${name}?=` } }
}

for (const bend of [(request: ReturnType<typeof modernRequest>) => request, encoded]) {
  const how = bend === encoded ? 'with its name in Base64' : 'with a plain name'

  test(`a call ${how} needs its scopes`, async () => {
    const powerless = await http.token({ ...who, scopes: [] })
    const { body, headers } = bend(modernRequest('tools/call', { name: 'count', arguments: {} }, powerless))
    const response = await http.post(body, headers)
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('scope="machine:use"')
    expect(machine.calls).toBe(0)
  })

  test(`a call ${how} is held to the headers that mirror its arguments`, async () => {
    const send = async (header: string | undefined) => {
      const request = bend(modernRequest('tools/call', { name: 'route', arguments: { region: 'eu' } }, token))
      const headers = { ...request.headers, ...(header !== undefined && { 'mcp-param-region': header }) }
      const response = await http.post(request.body, headers)
      return [response.status, ((await response.json()) as { error?: { code: number } }).error?.code]
    }
    expect(await send('eu')).toEqual([200, undefined])
    expect(await send('us')).toEqual([400, -32020])
    expect(await send(undefined)).toEqual([400, -32020])
  })

  test(`a call ${how} is aborted when its caller hangs up`, async () => {
    const controller = new AbortController()
    const { body, headers } = bend(modernRequest('tools/call', { name: 'wait', arguments: {} }, token))
    const options = { method: 'POST', headers, body: JSON.stringify(body), signal: controller.signal }
    const request = fetch(http.mcp, options)
    await expect.poll(() => machine.signals.length).toBe(1)
    controller.abort()
    await expect(request).rejects.toThrow()
    await expect.poll(() => http.audit.at(-1)?.outcome).toBe('cancelled')
  })
}

test('leaves an audit event of every refusal, whatever refused', async () => {
  const rules: [string, () => Promise<unknown>][] = [
    ['token', () => http.post({}, { 'content-type': 'application/json' })],
    ['origin', () => http.post({}, { 'content-type': 'application/json', origin: 'https://evil.example' })],
    ['unknown', () => call('tools/call', { name: 'no_such_tool' })],
    ['unknown', () => call('resources/read', { uri: 'machine://nothing' })],
    ['unknown', () => call('prompts/get', { name: 'no_such_prompt' })],
    ['state', () => call('tools/call', { name: 'agree', arguments: { word: 'go' }, requestState: 'forged' })],
    ['subscription', () => call('subscriptions/listen', {})],
  ]
  async function call(method: string, params: Record<string, unknown>) {
    const { body, headers } = modernRequest(method, params, token)
    await http.post(body, headers)
  }
  for (const [rule, refuse] of rules) {
    await refuse()
    expect(http.audit.at(-1)).toMatchObject({ decision: 'refused', outcome: 'refused', rule })
  }
})

test('counts lists and discovery like calls, with how they ended', async () => {
  const ask = async (method: string, params: Record<string, unknown> = {}) => {
    const { body, headers } = modernRequest(method, params, token)
    await http.post(body, headers)
  }
  await ask('server/discover')
  for (const list of ['tools', 'prompts', 'resources/templates']) {
    await ask(`${list}/list`)
    await ask(`${list}/list`, { cursor: 'forged' })
  }
  const metrics = await (await fetch(`${http.origin}/metrics`)).text()
  const counted = metrics
    .split('\n')
    .filter((line) => line.startsWith('mcp_server_operation_duration_seconds_count'))
    .map((line) => [
      /mcp_method_name="([^"]*)"/.exec(line)?.[1],
      /error_type="([^"]*)"/.exec(line)?.[1] ?? '',
      line.split(' ').at(-1),
    ])
  expect(counted).toEqual(
    expect.arrayContaining([
      ['server/discover', '', '1'],
      ...['tools/list', 'prompts/list', 'resources/templates/list'].flatMap((list) => [
        [list, '', '1'],
        [list, '-32602', '1'],
      ]),
    ]),
  )
})

test('audits each list: who, what, how it ended, how much and in which trace', async () => {
  for (const method of ['tools/list', 'prompts/list', 'resources/templates/list']) {
    for (const cursor of [undefined, 'forged']) {
      const { body, headers } = modernRequest(method, { ...(cursor && { cursor }) }, token)
      Object.assign(body.params._meta as object, {
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      })
      const answer = await (await http.post(body, headers)).text()
      expect(http.audit.at(-1)).toMatchObject({
        ...{ kind: 'listing', name: method, subject: 'alice', decision: 'allowed', effect: 'read' },
        ...{ traceId: 'a'.repeat(32), requestBytes: expect.any(Number) },
        resultBytes: Buffer.byteLength(answer),
        ...(cursor ? { outcome: 'error', errorCode: '-32602' } : { outcome: 'ok' }),
      })
    }
  }
  const before = http.audit.length
  await fetch(`${http.origin}/tools`)
  expect(http.audit).toHaveLength(before)
})

test('audits a subscription when it begins', async () => {
  const { body, headers } = modernRequest(
    'subscriptions/listen',
    { notifications: { toolsListChanged: true } },
    token,
  )
  const response = await http.post(body, headers)
  await events(response).next()
  expect(http.audit.at(-1)).toMatchObject({
    ...{ kind: 'subscription', name: 'subscriptions/listen', subject: 'alice', decision: 'allowed' },
    ...{ outcome: 'ok', effect: 'read', requestId: response.headers.get('x-request-id') },
  })
})

test('answers a forged cursor of resources with -32602, and audits every listing', async () => {
  for (const cursor of ['forged', Buffer.from('[0,"forged"]').toString('base64url')]) {
    const { body, headers } = modernRequest('resources/list', { cursor }, token)
    const response = await http.post(body, headers)
    expect(await response.json()).toMatchObject({ error: { code: -32602 } })
  }
  expect(http.audit.at(-1)).toMatchObject({ kind: 'listing', name: 'resources/list', outcome: 'error' })
})
