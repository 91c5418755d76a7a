import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasRedisServer, testRedis } from '@atoll/tooling/redis-server'
import { describe, expect, test } from 'vitest'
import { newSite, startGateway, type TestGateway, type Who } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { EDITOR, GUEST, newFolder, OPERATOR, policyOf, startLibrary } from './fixture/policy.ts'
import { startPress } from './fixture/press.ts'
import { rawServer, tool, withTools } from './fixture/raw-server.ts'

const SEARCH = 'library__search_documents'

async function admin({ origin, token }: TestGateway, path: string, body?: object, as: Who = OPERATOR) {
  const response = await fetch(`${origin}/admin/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${await token(as)}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Record<string, unknown>
  return { status: response.status, headers: response.headers, ...answer }
}

function disable(gateway: TestGateway, what: string, reason = 'it leaks') {
  return admin(gateway, 'switches', { what, disabled: true, reason })
}

function enable(gateway: TestGateway, what: string) {
  return admin(gateway, 'switches', { what, disabled: false })
}

async function call({ post }: TestGateway, name = SEARCH, as: Who = EDITOR) {
  const response = await post('tools/call', { name, arguments: {} }, { as })
  const { result, error } = (await response.json()) as {
    result?: { isError?: boolean; _meta?: Record<string, object>; content?: { text: string }[] }
    error?: { code: number; message: string; data?: object }
  }
  return {
    error,
    isError: result?.isError,
    text: result?.content?.[0]?.text,
    about: result?._meta?.['dev.atoll/error'],
  }
}

async function tools(gateway: TestGateway, as: Who = EDITOR): Promise<string[]> {
  const client = await gateway.connect({ as })
  return (await client.listTools()).tools.map(({ name }) => name)
}

const worksFor = async (gateway: TestGateway, name = SEARCH, as: Who = EDITOR) =>
  !(await call(gateway, name, as)).isError

describe('a tool that is disabled', () => {
  test('says so and why to callers, at once and without inviting them to try again', async () => {
    const gateway = await startLibrary()
    expect(await worksFor(gateway)).toBe(true)
    expect(await disable(gateway, SEARCH, 'It shows drafts.')).toMatchObject({
      status: 200,
      what: `tool:${SEARCH}`,
      disabled: true,
      by: 'olivia',
    })
    const refused = await call(gateway)
    expect(refused.text).toBe(`DISABLED: ${SEARCH} is disabled at the moment: It shows drafts.`)
    expect(refused.about).toMatchObject({ code: 'DISABLED', retryable: false })
    expect(refused.about).not.toHaveProperty('retryAfter')
    expect(await worksFor(gateway, 'library__remove_document')).toBe(true)
    await enable(gateway, SEARCH)
    expect(await worksFor(gateway)).toBe(true)
  })

  test('leaves the lists, and those who listen are told both ways', async () => {
    const gateway = await startLibrary()
    const client = await gateway.connect({ as: EDITOR })
    let heard = 0
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard++)
    await client.listen({ toolsListChanged: true })
    await disable(gateway, SEARCH)
    await expect.poll(() => heard).toBe(1)
    expect(await tools(gateway)).not.toContain(SEARCH)
    expect(await tools(gateway)).toContain('library__remove_document')
    await enable(gateway, SEARCH)
    await expect.poll(() => heard).toBe(2)
    expect(await tools(gateway)).toContain(SEARCH)
  })

  test('is unknown to those whom policy does not let know of it', async () => {
    const gateway = await startLibrary({ env: policyOf(`deny: '"guest" in principal.roles'`).env })
    await disable(gateway, SEARCH)
    expect((await call(gateway, SEARCH, GUEST)).error).toMatchObject({ message: `Unknown tool: ${SEARCH}` })
  })

  test('is not answered with what it said before', async () => {
    const about = { 'dev.atoll/tool': { scopes: [], cache: 'principal' } }
    const price = tool('price', { annotations: { readOnlyHint: true }, _meta: about })
    const raw = await rawServer(
      withTools([price], ({ reply }) => reply({ content: [{ type: 'text', text: 'an old price' }] })),
    )
    const server = { name: 'raw', url: raw.url, staleIfError: '5m' }
    const gateway = await startGateway(await newSite(), [server])
    expect((await call(gateway, 'raw__price')).text).toBe('an old price')
    await disable(gateway, 'raw__price')
    expect((await call(gateway, 'raw__price')).text).toContain('DISABLED')
    await raw.stop()
    expect((await call(gateway, 'raw__price')).text).toContain('DISABLED')
  })

  test('leaves its tasks to be cancelled, and to nothing else', async () => {
    const gateway = await startPress()
    const as = { scopes: ['press:print'] }
    const tasks = { 'io.modelcontextprotocol/tasks': {} }
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': { extensions: tasks } }
    const ask = async (method: string, params: Record<string, unknown>) => {
      const headers = { 'mcp-name': String(params.name ?? params.taskId) }
      const response = await gateway.post(method, { _meta, ...params }, { as, headers })
      return (await response.json()) as { error?: object; result?: { taskId: string } }
    }
    const { result } = await ask('tools/call', { name: 'press__print', arguments: {} })
    const { taskId } = result ?? { taskId: '' }
    await disable(gateway, 'press__print')
    expect((await ask('tasks/get', { taskId })).error).toMatchObject({ data: { code: 'DISABLED' } })
    expect((await ask('tasks/cancel', { taskId })).error).toBeUndefined()
  })
})

test('a server that is disabled leaves with all it offers', async () => {
  const gateway = await startLibrary()
  await disable(gateway, 'library')
  expect((await tools(gateway)).filter((name) => name.startsWith('library'))).toEqual([])
  expect((await call(gateway)).text).toBe('DISABLED: library is disabled at the moment: it leaks.')
  const read = await gateway.post('resources/read', { uri: 'library+kb://overview' }, { as: EDITOR })
  expect(await read.json()).toMatchObject({ error: { code: -32603, data: { code: 'DISABLED' } } })
  const prompts = await gateway.post('prompts/list', {}, { as: EDITOR })
  expect(await prompts.text()).not.toContain('library')
  expect(await worksFor(gateway, 'hr__who_am_i')).toBe(true)
})

test('everybody of a tenant that is disabled is refused everything, and nobody else', async () => {
  const gateway = await startLibrary()
  await disable(gateway, 'tenant:globex', 'the contract ended')
  const bob = { ...EDITOR, subject: 'bob', tenant: 'globex' }
  const words = 'Your organisation is disabled at the moment: the contract ended.'
  expect((await call(gateway, SEARCH, bob)).text).toBe(`DISABLED: ${words}`)
  expect((await call(gateway, 'made__up', bob)).text).toBe(`DISABLED: ${words}`)
  const list = await gateway.post('tools/list', {}, { as: bob })
  expect(await list.json()).toMatchObject({ error: { message: words, data: { code: 'DISABLED' } } })
  expect(await worksFor(gateway)).toBe(true)
})

test('disabling, enabling and being refused are audited: who, what and why', async () => {
  const { telemetry, events } = keptAudit()
  const gateway = await startLibrary({ telemetry })
  await disable(gateway, SEARCH, 'it leaks')
  await call(gateway)
  await admin(gateway, 'switches', { what: SEARCH, disabled: false, reason: 'it is mended' })
  const by = { kind: 'switch', subject: 'olivia', decision: 'allowed', outcome: 'ok' }
  await expect.poll(events).toMatchObject([
    { ...by, name: `disable tool:${SEARCH}`, reason: 'it leaks' },
    { kind: 'tool', name: SEARCH, decision: 'refused', rule: 'disabled', errorCode: 'DISABLED' },
    { ...by, name: `enable tool:${SEARCH}`, reason: 'it is mended' },
  ])
})

describe('the switches', () => {
  test('are for those with the scope gateway:admin, and others are challenged and audited', async () => {
    const { telemetry, events } = keptAudit()
    const gateway = await startLibrary({ telemetry })
    const order = { what: SEARCH, disabled: true, reason: 'because' }
    const { status, headers } = await admin(gateway, 'switches', order, EDITOR)
    expect(status).toBe(403)
    expect(headers.get('www-authenticate')).toMatch(/insufficient_scope.*scope="gateway:admin"/)
    expect((await fetch(`${gateway.origin}/admin/switches`)).status).toBe(401)
    expect(await worksFor(gateway)).toBe(true)
    await expect
      .poll(() => events().slice(0, 2))
      .toMatchObject([
        {
          ...{ kind: 'admin', name: 'POST /admin/switches', decision: 'refused', rule: 'scope' },
          ...{ subject: EDITOR.subject, tenant: 'acme', issuer: gateway.people.issuer },
        },
        { kind: 'admin', name: 'GET /admin/switches', decision: 'refused', rule: 'token' },
      ])
  })

  test('are not offered to clients, who ask for what they are offered', async () => {
    const { origin } = await startLibrary()
    const metadata = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`)
    expect(await metadata.text()).not.toContain('gateway:admin')
  })

  test('are listed with who, when and why', async () => {
    const gateway = await startLibrary()
    await disable(gateway, 'library', 'it leaks')
    await disable(gateway, 'tenant:globex', 'the contract ended')
    await disable(gateway, SEARCH)
    await enable(gateway, SEARCH)
    expect(await admin(gateway, 'switches')).toMatchObject({
      disabled: [
        { what: 'server:library', reason: 'it leaks', by: 'olivia', at: expect.stringMatching(/^20..-/) },
        { what: 'tenant:globex', reason: 'the contract ended' },
      ],
    })
  })

  test.each([
    [
      'a name that nothing has',
      { what: 'library__serch', disabled: true, reason: 'because' },
      404,
      'There is no tool or server "library__serch"',
    ],
    [
      'a server that is none',
      { what: 'server:nobody', disabled: true, reason: 'because' },
      404,
      'There is no tool or server "nobody"',
    ],
    ['no reason', { what: SEARCH, disabled: true }, 400, 'reason must say why'],
    ['an empty reason', { what: SEARCH, disabled: true, reason: '  ' }, 400, 'reason must say why'],
    [
      'a reason of several lines',
      { what: SEARCH, disabled: true, reason: 'one\ntwo' },
      400,
      'reason must be one line',
    ],
    ['nothing', {}, 400, 'what must name a tool'],
  ])('refuse %s', async (_, order, status, words) => {
    const gateway = await startLibrary()
    const answer = await admin(gateway, 'switches', order)
    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer)).toContain(words.replaceAll('"', '\\"'))
  })

  test('outlive a restart in their file', async () => {
    const GATEWAY_SWITCHES_FILE = join(newFolder(), 'switches.json')
    const env = { GATEWAY_SWITCHES_FILE }
    const before = await startLibrary({ env })
    expect(await disable(before, SEARCH)).toMatchObject({ shared: null, written: true })
    const after = await startLibrary({ env })
    expect(await worksFor(after)).toBe(false)
    await enable(after, SEARCH)
    expect(await worksFor(await startLibrary({ env }))).toBe(true)
    expect(readFileSync(GATEWAY_SWITCHES_FILE, 'utf8')).not.toContain('Bearer')
  })

  test('do not come back enabled from a file that cannot be read', async () => {
    const GATEWAY_SWITCHES_FILE = join(newFolder(), 'switches.json')
    writeFileSync(GATEWAY_SWITCHES_FILE, '[{ "what": "tool:x" }]')
    const start = async () => startGateway(await newSite(), [], { env: { GATEWAY_SWITCHES_FILE } })
    await expect(start()).rejects.toThrow('GATEWAY_SWITCHES_FILE')
  })
})

describe.skipIf(!hasRedisServer)('replicas that share a Redis (redis-server)', () => {
  const SHARED = 'http://gateway.test/mcp'
  const SLOW = { timeout: 15_000 }

  async function twoReplicas() {
    const redis = await testRedis({ keeps: false })
    const replica = () => startLibrary({ env: { REDIS_URL: redis.url, PUBLIC_URL: SHARED } })
    return { redis, replica, here: await replica(), there: await replica() }
  }

  /** Tokens are for the URI that the replicas share. */
  async function asked({ origin, people }: TestGateway, path: string, body: object | undefined, who: Who) {
    const { subject = 'alice', tenant = 'acme', scopes = [] } = who
    const token = await people.sign({
      subject,
      tenant,
      scopes,
      audience: SHARED,
      ttl: '5m',
    })
    const response = await fetch(`${origin}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return (await response.json()) as Record<string, unknown>
  }

  const order = (gateway: TestGateway, what: string, disabled: boolean) =>
    asked(gateway, '/admin/switches', { what, disabled, reason: 'it leaks' }, OPERATOR)
  const offers = async (gateway: TestGateway) => {
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }
    return JSON.stringify(await asked(gateway, '/mcp', list, EDITOR)).includes(SEARCH)
  }

  test('disable together, and so does one that starts later', async () => {
    const { here, there, replica } = await twoReplicas()
    for (const each of [here, there]) expect(await offers(each)).toBe(true)
    expect(await order(here, SEARCH, true)).toMatchObject({ shared: true, written: null })
    await expect.poll(() => offers(there)).toBe(false)
    const later = await replica()
    expect(await offers(later)).toBe(false)
    await order(later, SEARCH, false)
    for (const each of [here, there]) await expect.poll(() => offers(each)).toBe(true)
  }, 30_000)

  test('end what is under way at each of them', async () => {
    const { here, there } = await twoReplicas()
    const params = { name: 'hr__wait_for_ever', arguments: {} }
    const waiting = asked(there, '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params }, EDITOR)
    await expect.poll(() => there.desk.log).toHaveLength(1)
    await order(here, 'hr', true)
    expect(JSON.stringify(await waiting)).toContain('DISABLED: hr is disabled at the moment: it leaks.')
    await expect.poll(() => there.desk.cancelled).toHaveLength(1)
  }, 30_000)

  test('go on with what was known while Redis is away, and fill it again when it comes back empty', async () => {
    const { redis, here, there, replica } = await twoReplicas()
    await order(here, SEARCH, true)
    await expect.poll(() => offers(there)).toBe(false)
    await redis.kill()
    expect(await offers(there)).toBe(false)
    // Said where only this replica can hear it.
    expect(await order(here, 'hr', true)).toMatchObject({ shared: false })
    await redis.start()
    await expect
      .poll(async () => JSON.stringify(await asked(there, '/admin/switches', undefined, OPERATOR)), SLOW)
      .toContain('server:hr')
    const later = await replica()
    expect(await offers(later)).toBe(false)
    await order(later, SEARCH, false)
    for (const each of [here, there, later]) await expect.poll(() => offers(each), SLOW).toBe(true)
  }, 60_000)
})
