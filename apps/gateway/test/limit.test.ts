import { randomUUID } from 'node:crypto'
import { freePort } from '@atoll/tooling/free-port'
import { describe, expect, onTestFinished, test } from 'vitest'
import { domainServer } from './fixture/domain-server.ts'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { libraryServer } from './fixture/library.ts'

const ask = {
  'resources/read': { uri: 'hr+config://company' },
  'prompts/get': { name: 'hr__data_analyst', arguments: { question: 'x' } },
  'completion/complete': {
    ref: { type: 'ref/prompt', name: 'hr__data_analyst' },
    argument: { name: 'question', value: 'x' },
  },
  'tools/list': {},
  'prompts/list': {},
  'resources/list': {},
  'resources/templates/list': {},
}

describe('a caller over the limit', () => {
  test('is refused a tool with a result that says when to come back, and nobody else is', async () => {
    const { telemetry, events } = keptAudit()
    const { post, hr } = await startFleet({ env: { GATEWAY_RATE: '1/h' }, telemetry })
    const call = (as: { subject?: string; tenant?: string }) =>
      post('tools/call', { name: 'hr__who_am_i', arguments: {} }, { as })
    const bodies = []
    for (const as of [{}, {}, { subject: 'bob' }, { tenant: 'other' }])
      bodies.push(((await (await call(as)).json()) as { result: { isError?: boolean } }).result)
    expect(bodies.map(({ isError = false }) => isError)).toEqual([false, true, false, false])
    expect(bodies[1]).toMatchObject({
      content: [{ text: expect.stringContaining('the limit is 1/h') }],
      _meta: { 'dev.atoll/error': { code: 'LIMITED', retryable: true, retryAfter: expect.any(Number) } },
    })
    expect(hr.arrivals.filter(({ message }) => message.method === 'tools/call')).toHaveLength(3)
    await expect.poll(events).toHaveLength(4)
    expect(events().filter(({ decision }) => decision === 'refused')).toMatchObject([
      { kind: 'tool', name: 'hr__who_am_i', rule: 'rate:caller', outcome: 'refused', errorCode: 'LIMITED' },
    ])
  })

  test.each(Object.entries(ask))('is refused %s with a JSON-RPC error', async (method, params) => {
    const { post } = await startFleet({ env: { GATEWAY_RATE: '1/h' } })
    expect(await (await post(method, params)).json()).toHaveProperty('result')
    expect(await (await post(method, params)).json()).toMatchObject({
      error: {
        code: -32603,
        message: expect.stringContaining('the limit is 1/h'),
        data: { code: 'LIMITED', retryable: true, retryAfter: expect.any(Number) },
      },
    })
  })
})

test('a caller over the limit of one server is told so in the words of that server', async () => {
  const site = await newSite()
  const library = await domainServer(libraryServer, {}, { port: await freePort(), issuers: site.issuers })
  onTestFinished(() => library.close())
  const { post } = await startGateway(site, [{ name: 'knowledge-base', url: library.url }])
  const read = async () => {
    const as = { scopes: ['kb:read'] }
    return (await post('resources/read', { uri: 'knowledge-base+kb://rare' }, { as })).json()
  }
  expect(await read()).toMatchObject({ result: { contents: [{ text: 'rare' }] } })
  const error = { code: -32603, message: expect.stringContaining('the limit is 1/h') }
  expect(await read()).toMatchObject({ error: { ...error, data: { code: 'LIMITED', retryable: true } } })
  // Somebody else is not refused, and the server is not taken for one that fails.
  const bob = await post(
    'resources/read',
    { uri: 'knowledge-base+kb://rare' },
    { as: { subject: 'bob', scopes: ['kb:read'] } },
  )
  expect(await bob.json()).toHaveProperty('result')
})

test('people who look at the catalogue without signing in are limited together', async () => {
  const { origin } = await startGateway(await newSite(), [], { env: { GATEWAY_RATE: '1/h' } })
  expect((await fetch(`${origin}/tools`)).status).toBe(200)
  expect((await fetch(`${origin}/tools`)).status).toBe(429)
})

test('a rate that is none is refused at the start, naming the variable', async () => {
  const started = startGateway(await newSite(), [], { env: { GATEWAY_RATE: 'often' } })
  await expect(started).rejects.toThrow('GATEWAY_RATE: must be a rate such as 1200/min')
})

const url = process.env.TEST_REDIS_URL
describe.skipIf(!url)('with a real Redis (TEST_REDIS_URL)', () => {
  test('all replicas count against one limit', async () => {
    const PUBLIC_URL = `http://gateway.test/${randomUUID()}`
    const env = { REDIS_URL: url ?? '', GATEWAY_RATE: '1/h', PUBLIC_URL }
    const site = await newSite()
    // One directory of keys, so that both know the same people.
    const [here, there] = [site, { ...(await newSite()), directory: site.directory }]
    const AUTH_ISSUERS = JSON.stringify([
      { issuer: `${here.origin}/development`, jwks: `${here.origin}/development/jwks.json` },
    ])
    const one = await startGateway(here, [], { env })
    const other = await startGateway(there, [], { env: { ...env, AUTH_ISSUERS } })
    const listed = async ({ origin }: { origin: string }, subject: string) => {
      const token = await one.people.sign({
        ...{ subject, tenant: 'acme', scopes: [], audience: PUBLIC_URL, ttl: '5m' },
      })
      const response = await fetch(`${origin}${new URL(PUBLIC_URL).pathname}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      })
      return response.json()
    }
    expect(await listed(one, 'alice')).toHaveProperty('result')
    expect(await listed(other, 'alice')).toMatchObject({ error: { data: { code: 'LIMITED' } } })
    expect(await listed(other, 'bob')).toHaveProperty('result')
  })
})
