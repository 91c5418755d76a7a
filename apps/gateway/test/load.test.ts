import { describe, expect, test } from 'vitest'
import { Gate } from '../src/load/gate.ts'
import { startFleet } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { listen } from './fixture/listener.ts'
import { connectThinking } from './fixture/old-client.ts'
import { offering, type RawRequest, rawServer } from './fixture/raw-server.ts'

const ECHO = { name: 'raw__echo', arguments: {} }
const WHO_AM_I = { name: 'hr__who_am_i', arguments: {} }

/** A fleet with a server whose calls wait until they are let go. */
async function startHeld(options: Parameters<typeof startFleet>[0] = {}, more: object = {}) {
  const raw = await rawServer()
  const fleet = await startFleet({ ...options, others: [{ name: 'raw', url: raw.url, ...more }] })
  const held: RawRequest[] = []
  raw.behave = (request) => {
    if (request.method === 'tools/call') held.push(request)
    else offering('echo')(request)
  }
  const letGo = () => {
    raw.behave = offering('echo')
    for (const request of held.splice(0)) offering('echo')(request)
  }
  return { ...fleet, raw, held, letGo }
}

describe('a gateway with as many calls as it takes', () => {
  test('turns more away with 503 and when to come back, in words of JSON-RPC', async () => {
    const log = keptAudit()
    const { post, held, letGo, origin } = await startHeld({
      env: { GATEWAY_MAX_CALLS: '2', LOG_LEVEL: 'warn' },
      telemetry: log.telemetry,
    })
    const calls = [post('tools/call', ECHO)]
    await expect.poll(() => held).toHaveLength(1)
    // One server may have half of the room; another takes the rest.
    const listing = await post('tools/list', {})
    expect(listing.status).toBe(200)
    const refused = await post('tools/call', ECHO)
    expect(refused.status).toBe(503)
    letGo()
    for (const each of calls) expect((await each).status).toBe(200)
    expect(await (await fetch(`${origin}/metrics`)).text()).toContain(
      'atoll_gateway_shed_total{server="raw"} 1',
    )
  })

  test('answers health, readiness, metrics and services all the same', async () => {
    const log = keptAudit()
    const { post, held, letGo, origin } = await startHeld(
      { env: { GATEWAY_MAX_CALLS: '3', LOG_LEVEL: 'warn' }, telemetry: log.telemetry },
      { maxCalls: 3 },
    )
    const calls = [post('tools/call', ECHO), post('tools/call', ECHO), post('tools/call', ECHO)]
    await expect.poll(() => held).toHaveLength(3)
    const refused = await post('tools/call', WHO_AM_I)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: {
        code: -32603,
        message: 'There are more calls in flight than can be answered in time.',
        data: { code: 'OVERLOADED', status: 503, retryable: true, retryAfter: expect.any(Number) },
      },
    })
    for (const path of ['/health', '/ready', '/metrics', '/services'])
      expect((await fetch(`${origin}${path}`)).status).toBe(200)
    const metrics = await (await fetch(`${origin}/metrics`)).text()
    expect(metrics).toContain('atoll_gateway_shed_total 1')
    expect(metrics).toContain('atoll_gateway_calls_in_flight 3')
    expect(metrics).toContain('atoll_gateway_calls_in_flight_limit 3')
    // The audit is written a moment later.
    await expect
      .poll(() => log.events().at(-1))
      .toMatchObject({ decision: 'refused', rule: 'load', errorCode: 'OVERLOADED' })
    expect(log.lines()).toContainEqual(
      expect.objectContaining({ msg: 'Calls are turned away: there are too many', inFlight: 3, limit: 3 }),
    )
    letGo()
    for (const each of calls) expect((await each).status).toBe(200)
    expect((await post('tools/call', WHO_AM_I)).status).toBe(200)
  })

  test('has room again when callers hang up', async () => {
    const { post, held, mcp, token } = await startHeld({ env: { GATEWAY_MAX_CALLS: '1' } }, { maxCalls: 1 })
    const caller = new AbortController()
    const left = fetch(mcp, {
      method: 'POST',
      signal: caller.signal,
      headers: {
        authorization: `Bearer ${await token()}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: ECHO }),
    }).catch(() => 'gone')
    await expect.poll(() => held).toHaveLength(1)
    expect((await post('tools/call', WHO_AM_I)).status).toBe(503)
    caller.abort()
    expect(await left).toBe('gone')
    await expect.poll(async () => (await post('tools/call', WHO_AM_I)).status).toBe(200)
  })

  test('does not count those who only listen', async () => {
    const { connect, post, held, letGo } = await startHeld(
      { env: { GATEWAY_MAX_CALLS: '1' } },
      { maxCalls: 9 },
    )
    const client = await connect()
    const subscription = await client.listen({ toolsListChanged: true })
    expect((await post('tools/call', WHO_AM_I)).status).toBe(200)
    await subscription.close()
    // It left but once.
    const call = post('tools/call', ECHO)
    await expect.poll(() => held).toHaveLength(1)
    expect((await post('tools/list', {})).status).toBe(503)
    letGo()
    expect((await call).status).toBe(200)
  })

  test('does not count those who name a session that they do not need, either', async () => {
    const { post, ...gateway } = await startFleet({ env: { GATEWAY_MAX_CALLS: '1' } })
    const { acknowledged } = await listen(gateway, { toolsListChanged: true }, { session: 'of 2025' })
    expect(acknowledged).toEqual({ toolsListChanged: true })
    expect((await post('tools/call', WHO_AM_I)).status).toBe(200)
  })

  test('counts a call of the 2025 era whatever its headers say that it is', async () => {
    const { mcp, token, held, letGo } = await startHeld({ env: { GATEWAY_MAX_CALLS: '1' } }, { maxCalls: 9 })
    const headers = {
      authorization: `Bearer ${await token()}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-method': 'subscriptions/listen',
    }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: ECHO })
    const call = () => fetch(mcp, { method: 'POST', headers, body })
    const first = call()
    await expect.poll(() => held).toHaveLength(1)
    expect((await call()).status).toBe(503)
    letGo()
    expect((await first).status).toBe(200)
  })
})

test('a call whose caller thinks about a question leaves its room to others, and to the answer', async () => {
  const gateway = await startFleet({
    env: { GATEWAY_MAX_CALLS: '1', MCP_SESSIONS: 'true' },
  })
  const { post, desk, origin } = gateway
  const { client, asked, confirm } = await connectThinking(gateway)
  const promoted = client.callTool({ name: 'hr__promote', arguments: { name: 'Ada' } })
  await asked
  for (let calls = 0; calls < 3; calls++) expect((await post('tools/call', WHO_AM_I)).status).toBe(200)
  confirm()
  expect(await promoted).toMatchObject({ structuredContent: { promoted: 'Ada' } })
  expect(desk.log).toContain('promote Ada')
  const inFlight = async () =>
    (await (await fetch(`${origin}/metrics`)).text()).match(/^atoll_gateway_calls_in_flight (.+)/m)?.[1]
  await expect.poll(inFlight).toBe('0')
})

test('a caller with as many calls as one may have is refused alone', async () => {
  const { connect, held, letGo } = await startHeld({ env: { GATEWAY_MAX_CALLS_PER_CALLER: '2' } })
  const [alice, bob] = [await connect(), await connect({ as: { subject: 'bob' } })]
  const calls = [alice.callTool(ECHO), alice.callTool(ECHO)]
  await expect.poll(() => held).toHaveLength(2)
  expect(await alice.callTool(WHO_AM_I)).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/^LIMITED: You have 2 calls in flight, which is the most/) }],
    _meta: { 'dev.atoll/error': { retryable: true, retryAfter: 1 } },
  })
  expect(await bob.callTool(WHO_AM_I)).not.toHaveProperty('isError')
  letGo()
  await Promise.all(calls)
  expect(await alice.callTool(WHO_AM_I)).not.toHaveProperty('isError')
})

describe('a server with as many calls as it may have', () => {
  test.each(['modern', 'legacy'] as const)(
    'refuses a %s caller alone, and leaves the others their room',
    async (era) => {
      const log = keptAudit()
      const { connect, post, held, letGo } = await startHeld({ telemetry: log.telemetry }, { maxCalls: 2 })
      const client = await connect({ era })
      const calls = [client.callTool(ECHO), client.callTool(ECHO)]
      await expect.poll(() => held).toHaveLength(2)
      await expect(client.callTool(ECHO)).rejects.toThrow(/raw has as many calls as it can take right now/)
      const refused = await post('tools/call', ECHO)
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
      expect(await refused.json()).toMatchObject({
        id: expect.any(Number),
        error: { code: -32603, data: { code: 'OVERLOADED', retryable: true, retryAfter: 1 } },
      })
      await expect
        .poll(() => log.events().at(-1))
        .toMatchObject({ server: 'raw', decision: 'refused', rule: 'load' })
      expect(await client.callTool(WHO_AM_I)).not.toHaveProperty('isError')
      letGo()
      for (const each of calls) expect(await each).toMatchObject({ content: [{ text: 'echo' }] })
      expect(await client.callTool(ECHO)).toMatchObject({ content: [{ text: 'echo' }] })
    },
  )
})

describe('the room that there is', () => {
  const fill = (gate: Gate, count: number) => {
    for (let entered = 0; entered < count; entered++) expect(gate.enter()).toBe(true)
  }

  test('ends at what is configured', () => {
    const gate = new Gate({ most: 3, maxDelay: 100 })
    fill(gate, 3)
    expect(gate.enter()).toBe(false)
    gate.leave()
    expect(gate.enter()).toBe(true)
  })

  test('is given up by those whose callers are asked, as many as there is room for', () => {
    const gate = new Gate({ most: 2, maxDelay: 100 })
    for (let calls = 0; calls < 2; calls++) {
      expect(gate.enter()).toBe(true)
      expect(gate.goOut()).toBe(true)
    }
    fill(gate, 2)
    expect(gate.goOut()).toBe(false)
    gate.comeBack()
    expect(gate.inFlight).toBe(3)
    expect(gate.enter()).toBe(false)
    for (let calls = 0; calls < 2; calls++) gate.leave()
    expect(gate.enter()).toBe(true)
  })

  test('shrinks step by step while the event loop is late, and grows again after', () => {
    const gate = new Gate({ most: 1000, maxDelay: 100 })
    fill(gate, 500)
    gate.adapt(150)
    expect(gate.limit).toBe(400)
    gate.adapt(150)
    expect(gate.limit).toBe(320)
    expect(gate.enter()).toBe(false)
    gate.adapt(50)
    expect(gate.limit).toBe(370)
    for (let step = 0; step < 20; step++) gate.adapt(50)
    expect(gate.limit).toBe(1000)
  })

  test('is never less than what cannot be the reason', () => {
    const gate = new Gate({ most: 1000, maxDelay: 100 })
    for (let step = 0; step < 20; step++) gate.adapt(500)
    expect(gate.limit).toBe(32)
    const small = new Gate({ most: 5, maxDelay: 100 })
    small.adapt(500)
    expect(small.limit).toBe(5)
  })
})
