import { expect, test } from 'vitest'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { rawServer, tool, withTools } from './fixture/raw-server.ts'

const refused = { decision: 'refused', outcome: 'refused', subject: 'alice', tenant: 'acme' }
const unknown = { ...refused, server: 'gateway', rule: 'unknown', errorCode: '-32602' }
const argument = { name: 'a', value: '' }

test.each([
  ['a tool', 'tools/call', { name: 'hr__made_up' }, { kind: 'tool', name: 'hr__made_up' }],
  ['a tool of no server', 'tools/call', { name: 'made_up' }, { kind: 'tool', name: 'made_up' }],
  ['a prompt', 'prompts/get', { name: 'hr__made_up' }, { kind: 'prompt', name: 'hr__made_up' }],
  ['a resource', 'resources/read', { uri: 'made://up' }, { kind: 'resource', name: 'made://up' }],
  [
    'what is to be completed',
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'hr__made_up' }, argument },
    { kind: 'completion', name: 'hr__made_up' },
  ],
])('%s that is unknown leaves one audit event', async (_, method, params, event) => {
  const { telemetry, events } = keptAudit()
  const { post } = await startFleet({ telemetry })
  expect(await (await post(method, params)).json()).toHaveProperty('error')
  await expect.poll(events).toMatchObject([{ ...unknown, ...event }])
})

test('a resource that several servers have leaves one audit event', async () => {
  const { telemetry, events } = keptAudit()
  const { post } = await startFleet({ telemetry })
  const answer = await post('resources/read', { uri: 'config://company' })
  expect(await answer.text()).toContain('Several servers')
  await expect.poll(events).toMatchObject([{ ...unknown, kind: 'resource', name: 'config://company' }])
})

test('a missing scope leaves one audit event, whoever found it missing', async () => {
  const { telemetry, events } = keptAudit()
  const { post } = await startFleet({ telemetry })
  const as = { scopes: ['hr:read'] }
  await post('tools/call', { name: 'hr__promote', arguments: { name: 'Ada' } }, { as })
  await post('resources/read', { uri: 'orders+config://company' }, { as })
  await expect.poll(events).toMatchObject([
    { ...refused, rule: 'scope', kind: 'tool', name: 'hr__promote', server: 'hr' },
    { ...refused, rule: 'scope', kind: 'resource', name: 'orders+config://company', server: 'orders' },
  ])
})

test('a call whose server is not known yet leaves one audit event, and was not refused', async () => {
  const { telemetry, events } = keptAudit()
  const raw = await rawServer()
  await raw.stop()
  const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], { telemetry })
  await post('tools/call', { name: 'raw__echo', arguments: {} })
  await expect
    .poll(events)
    .toMatchObject([{ kind: 'tool', decision: 'allowed', outcome: 'error', errorCode: 'UNAVAILABLE' }])
})

test('what is allowed is audited in the same words', async () => {
  const { telemetry, events } = keptAudit()
  const { post } = await startFleet({ telemetry })
  const ref = { type: 'ref/resource', uri: 'hr+employee://{id}' }
  await post('prompts/get', { name: 'hr__data_analyst', arguments: { question: 'x' } })
  await post('resources/read', { uri: 'hr+employee://17' })
  await post('completion/complete', { ref, argument: { name: 'id', value: '1' } })
  await expect
    .poll(async () => events().map(({ kind, name, rule }) => [kind, name, rule]))
    .toEqual([
      ['prompt', 'hr__data_analyst', undefined],
      ['resource', 'hr+employee://{id}', undefined],
      ['completion', 'hr+employee://{id}', undefined],
    ])
  expect(events().map(({ server, outcome }) => [server, outcome])).toEqual(Array(3).fill(['hr', 'ok']))
})

test.each(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', 'skills/list'])(
  'each %s is audited: who, what, how it ended, how much and in which trace',
  async (method) => {
    const { telemetry, events } = keptAudit()
    const { post } = await startFleet({
      env: { GATEWAY_RATE: method === 'skills/list' ? '1/h' : '2/h' },
      telemetry,
    })
    const _meta = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
    const listed = await (await post(method, { _meta })).text()
    if (method !== 'skills/list') await post(method, { cursor: 'forged' })
    await post(method, {})
    const list = { kind: 'listing', name: method, server: 'gateway', subject: 'alice', tenant: 'acme' }
    await expect
      .poll(() => events().at(-1))
      .toMatchObject({ ...list, decision: 'refused', rule: 'rate:caller' })
    expect(events()[0]).toMatchObject({
      ...list,
      ...{ decision: 'allowed', outcome: 'ok', effect: 'read', clientId: expect.any(String) },
      ...{ traceId: 'a'.repeat(32), durationMs: expect.any(Number) },
      ...{ requestBytes: expect.any(Number), resultBytes: Buffer.byteLength(listed) },
    })
    if (method !== 'skills/list')
      expect(events()[1]).toMatchObject({ ...list, decision: 'refused', rule: 'input', errorCode: '-32602' })
  },
)

test('a look at the catalogue by somebody who does not say who they are is no call', async () => {
  const { telemetry, events } = keptAudit()
  const { origin, post } = await startFleet({ telemetry })
  await fetch(`${origin}/tools`)
  await post('tools/list', {})
  await expect.poll(events).toMatchObject([{ name: 'tools/list', subject: 'alice' }])
})

test('a token that is none leaves one audit event', async () => {
  const { telemetry, events } = keptAudit()
  const { post } = await startGateway(await newSite(), [], { telemetry })
  const response = await post('tools/list', {}, { headers: { authorization: 'Bearer nonsense' } })
  expect(response.status).toBe(401)
  await expect.poll(events).toMatchObject([{ decision: 'refused', rule: 'token', server: 'gateway' }])
})

test('a header that says otherwise than an argument leaves one audit event', async () => {
  const { telemetry, events } = keptAudit()
  const region = { type: 'string', 'x-mcp-header': 'Region' }
  const listed = tool('region', { inputSchema: { type: 'object', properties: { region } } })
  const raw = await rawServer(withTools([listed], ({ reply }) => reply({ content: [] })))
  const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], { telemetry })
  const params = { name: 'raw__region', arguments: { region: 'secret' } }
  const response = await post('tools/call', params, { headers: { 'mcp-param-region': 'public' } })
  expect(response.status).toBe(400)
  await post('tools/list', {})
  await expect
    .poll(events)
    .toMatchObject([
      { ...refused, kind: 'tool', name: 'raw__region', rule: 'input', errorCode: '-32020' },
      { kind: 'listing' },
    ])
})

test.each([
  ['tool', { 'mcp-name': 'hr__who_am_i' }],
  ['method', { 'mcp-method': 'tools/list' }],
])('a header that names another %s than the body leaves one audit event', async (_, headers) => {
  const { telemetry, events } = keptAudit()
  const { post } = await startFleet({ telemetry })
  const response = await post('tools/call', { name: 'hr__promote', arguments: { name: 'Ada' } }, { headers })
  expect(response.status).toBe(400)
  await post('tools/list', {})
  await expect
    .poll(events)
    .toMatchObject([{ ...refused, kind: 'tool', name: 'hr__promote', rule: 'input' }, { kind: 'listing' }])
})
