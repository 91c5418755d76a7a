import { randomUUID } from 'node:crypto'
import { connectRedis, createLimiters } from '@atoll/server-kit'
import { createTelemetry } from '@atoll/telemetry'
import { describe, expect, onTestFinished, test } from 'vitest'
import { callerLimit } from '../src/limit.ts'
import { domainServer } from './fixture/domain-server.ts'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { libraryServer } from './fixture/library.ts'
import { freePort } from './fixture/ports.ts'

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
      { kind: 'tool', name: 'hr__who_am_i', rule: 'rate', outcome: 'refused', errorCode: 'LIMITED' },
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
    const subject = randomUUID()
    const env = { REDIS_URL: url ?? '', GATEWAY_RATE: '1/h' }
    const { post, origin, people } = await startGateway(await newSite(), [], { env })
    const ready = async () => (await fetch(`${origin}/ready`)).json()
    await expect.poll(ready, { timeout: 5000 }).toMatchObject({ dependencies: { redis: { status: 'up' } } })
    expect(await (await post('tools/list', {}, { as: { subject } })).json()).toHaveProperty('result')

    const telemetry = createTelemetry({ service: 'x', version: '1', env: { LOG_LEVEL: 'silent' }, output: 2 })
    const redis = connectRedis(url ?? '', telemetry.logger)
    onTestFinished(() => redis.disconnect())
    await new Promise((resolve) => redis.once('ready', resolve))
    const other = callerLimit(createLimiters(redis), '1/h')
    const caller = { subject, tenant: 'acme', issuer: people.issuer }
    await expect(other(caller)).rejects.toMatchObject({ code: 'LIMITED' })
    await expect(other({ ...caller, subject: randomUUID() })).resolves.toBeUndefined()
  })
})
