import { describe, expect, test } from 'vitest'
import type { ServiceView } from '../src/services-view.ts'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import {
  offering,
  type RawRequest,
  type RawServer,
  rawServer,
  tool,
  withTools,
} from './fixture/raw-server.ts'

const ECHO = { name: 'raw__echo', arguments: {} }
const READ_ONLY = [tool('echo', { annotations: { readOnlyHint: true } })]
const WELL = { content: [{ text: 'echo' }] }
const callsOf = ({ requests }: RawServer) => requests.filter(({ method }) => method === 'tools/call').length

async function services(origin: string) {
  const body = (await (await fetch(`${origin}/services`)).json()) as { services: ServiceView[] }
  return Object.fromEntries(body.services.map((service) => [service.name, service]))
}

const metricsOf = async (origin: string) => (await fetch(`${origin}/metrics`)).text()

/** The gateway in front of one server with two instances. */
async function startPair(tools: readonly object[], more: object = {}) {
  const behave = withTools(tools, offering('echo'))
  const raws = [await rawServer(behave), await rawServer(behave)]
  const urls = raws.map(({ url }) => url)
  const gateway = await startGateway(await newSite(), [
    { name: 'raw', audience: 'http://raw.test/mcp', urls, ...more },
  ])
  const answerWith = (answer: RawServer['behave']) => {
    for (const raw of raws) raw.behave = withTools(tools, answer)
  }
  return { ...gateway, raws, answerWith, client: await gateway.connect() }
}

const sum = (raws: readonly RawServer[]) => raws.reduce((all, raw) => all + callsOf(raw), 0)

describe('the circuit breaker of an instance', () => {
  test('shows where one looks, and lets calls go elsewhere', async () => {
    const log = keptAudit()
    const [sick, healthy] = [await rawServer(), await rawServer()]
    const raw = { name: 'raw', audience: 'http://raw.test/mcp', urls: [sick.url, healthy.url] }
    const { connect, origin } = await startGateway(await newSite(), [raw], {
      env: { LOG_LEVEL: 'info' },
      telemetry: log.telemetry,
    })
    const client = await connect()
    sick.behave = (request) => {
      if (request.method === 'tools/call') request.response.writeHead(502).end()
      else offering('echo')(request)
    }
    await expect
      .poll(
        async () => {
          for (let round = 0; round < 10; round++) await client.callTool(ECHO)
          return (await services(origin)).raw?.instances.map(({ breaker }) => breaker).toSorted()
        },
        { timeout: 10_000 },
      )
      .toEqual(['closed', 'open'])
    expect(await metricsOf(origin)).toContain('atoll_gateway_breakers{server="raw",state="open"} 1')
    const told = log.lines().filter(({ msg }) => msg === 'An instance fails too often and is left alone')
    expect(told).toMatchObject([{ server: 'raw', instance: new URL(sick.url).host, breaker: 'open' }])
    sick.behave = offering('echo')
    await expect
      .poll(
        async () => {
          expect(await client.callTool(ECHO)).toMatchObject(WELL)
          return (await services(origin)).raw?.instances.map(({ breaker }) => breaker)
        },
        { timeout: 10_000 },
      )
      .toEqual(['closed', 'closed'])
    expect(log.lines().map(({ msg }) => msg)).toContain('An instance gets calls again')
  })

  test('refuses at once with a retryable error where there is no other', async () => {
    const raw = await rawServer()
    const { connect } = await startFleet({ others: [{ name: 'raw', url: raw.url }] })
    const client = await connect()
    raw.behave = (request) => {
      if (request.method === 'tools/call') request.response.writeHead(502).end()
      else offering('echo')(request)
    }
    for (let round = 0; round < 12; round++) await client.callTool(ECHO)
    expect(await client.callTool(ECHO)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('raw failed too often just now') }],
      _meta: { 'dev.atoll/error': { code: 'UNAVAILABLE', retryable: true, retryAfter: 5 } },
    })
    expect(callsOf(raw)).toBeLessThanOrEqual(11)
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('raw__echo')
  })
})

describe('what is sent twice', () => {
  const hangUp = ({ response }: RawRequest) => void response.destroy()

  test('is what may be done twice, as often as the budget allows', async () => {
    const { client, raws, answerWith, origin } = await startPair(READ_ONLY)
    answerWith(hangUp)
    for (let round = 0; round < 4; round++)
      expect(await client.callTool(ECHO)).toMatchObject({ isError: true })
    expect(sum(raws)).toBeGreaterThan(4)
    expect(await metricsOf(origin)).toMatch(
      /atoll_gateway_retries_total\{server="raw",outcome="sent"\} [1-9]/,
    )
  })

  test('is never a call that acts, once a byte of it was sent', async () => {
    const { client, raws, answerWith, origin } = await startPair([tool('echo')])
    answerWith(hangUp)
    for (let round = 0; round < 4; round++)
      expect(await client.callTool(ECHO)).toMatchObject({
        isError: true,
        _meta: { 'dev.atoll/error': { code: 'OUTCOME_UNKNOWN', retryable: false } },
      })
    expect(sum(raws)).toBe(4)
    expect(await metricsOf(origin)).toContain('atoll_gateway_retries_total{server="raw",outcome="sent"} 0')
  })
})

/** A machine that is busy answers the calls before slowly, and asks the second instance late: both may take long. */
const AT_LEISURE = { timeout: 120_000 }

describe('a second instance is asked beside the first', AT_LEISURE, () => {
  /** Enough quick answers to know how long they take. */
  async function warm({ client }: Awaited<ReturnType<typeof startPair>>) {
    for (let round = 0; round < 100; round++) await client.callTool(ECHO)
  }
  /** The first to be asked stays silent. */
  function silentOnce() {
    let isFirst = true
    return (request: RawRequest) => {
      if (!isFirst) offering('echo')(request)
      isFirst = false
    }
  }

  test('when what only reads takes long', async () => {
    const pair = await startPair(READ_ONLY)
    await warm(pair)
    const before = sum(pair.raws)
    pair.answerWith(silentOnce())
    expect(await pair.client.callTool(ECHO)).toMatchObject(WELL)
    expect(sum(pair.raws) - before).toBe(2)
    const metrics = await metricsOf(pair.origin)
    expect(metrics).toContain('atoll_gateway_hedges_total{server="raw",outcome="sent"} 1')
    expect(metrics).toContain('atoll_gateway_hedges_total{server="raw",outcome="won"} 1')
  })

  test.each([
    ['it may act', [tool('echo')], {}],
    ['it may act, though twice does no harm', [tool('echo', { annotations: { idempotentHint: true } })], {}],
    ['configuration says so', READ_ONLY, { hedge: false }],
  ])('but not where %s', async (_, tools, more) => {
    const pair = await startPair(tools, more)
    await warm(pair)
    const before = sum(pair.raws)
    pair.answerWith((request) => void setTimeout(() => offering('echo')(request), 150))
    expect(await pair.client.callTool(ECHO)).toMatchObject(WELL)
    expect(sum(pair.raws) - before).toBe(1)
  })
})

describe('the others answer while one server', () => {
  const endless = ({ response }: RawRequest) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const note = { jsonrpc: '2.0', method: 'notifications/message', params: { data: 'x'.repeat(10_000) } }
    const send = () => {
      while (!response.destroyed && response.write(`data: ${JSON.stringify(note)}\n\n`));
      if (!response.destroyed) response.once('drain', send)
    }
    send()
  }
  const drip = ({ response }: RawRequest) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const timer = setInterval(() => response.write(': still here\n\n'), 20)
    response.on('close', () => clearInterval(timer))
  }
  const json = (body: string) => (request: RawRequest) =>
    void request.response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  const TEN_MEGABYTES = Buffer.alloc(10_000_000, ' ')
  const BAD: Record<string, RawServer['behave']> = {
    'never answers': () => {},
    'sends what is not JSON': json('{"jsonrpc":"2.0","id":1,"result":{"tools":['),
    'sends results of another shape': ({ reply }) =>
      reply({ tools: { echo: true }, content: 'echo', structuredContent: 7, _meta: null }),
    'sends events without an end': endless,
    'sends a byte now and then': drip,
    'sends ten megabytes': ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write(TEN_MEGABYTES)
      response.end()
    },
    'hangs up': ({ response }) => void response.destroy(),
    redirects: ({ response }) => void response.writeHead(307, { location: 'http://127.0.0.1:1/mcp' }).end(),
  }

  test.each(Object.entries(BAD))('%s', async (_, behave) => {
    const raw = await rawServer()
    const bad = { name: 'raw', url: raw.url, timeout: '500ms', callTimeout: '500ms' }
    const { connect, fleet, origin } = await startFleet({ others: [bad] })
    const client = await connect()
    raw.behave = behave
    const upstream = fleet.named('raw')
    const looking = upstream?.refresh()
    const calling = Promise.all(Array.from({ length: 5 }, () => client.callTool(ECHO).catch(() => 'refused')))
    let isOver = false
    void Promise.all([looking, calling]).then(() => {
      isOver = true
    })
    const names = (await client.listTools(undefined, { cacheMode: 'bypass' })).tools.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['hr__who_am_i', 'orders__list_my_orders', 'raw__echo']))
    do {
      const results = await Promise.all(
        ['hr__who_am_i', 'orders__list_my_orders'].map((name) => client.callTool({ name, arguments: {} })),
      )
      for (const result of results) expect(result).not.toHaveProperty('isError')
    } while (!isOver)
    const { raw: seen, hr, orders } = await services(origin)
    expect([hr?.tools.length, orders?.tools.length]).not.toContain(0)
    expect(seen?.tools).toEqual(['raw__echo'])
    expect(seen?.problems.length === 0 && seen.state === 'up').toBe(false)
    raw.behave = offering('echo')
    await upstream?.refresh()
    await expect.poll(() => client.callTool(ECHO), { timeout: 10_000 }).toMatchObject(WELL)
  })

  test('comes and goes', async () => {
    const raw = await rawServer()
    const { connect, fleet } = await startFleet({ others: [{ name: 'raw', url: raw.url }] })
    const client = await connect()
    for (let round = 0; round < 6; round++) {
      await raw.stop()
      const calls = [client.callTool(ECHO), client.callTool({ name: 'hr__who_am_i', arguments: {} })]
      const looking = fleet.named('raw')?.refresh()
      expect(await calls[1]).not.toHaveProperty('isError')
      const { tools } = await client.listTools(undefined, { cacheMode: 'bypass' })
      expect(tools.map(({ name }) => name)).toContain('raw__echo')
      await raw.start()
      await Promise.all([...calls, looking])
      expect(await client.callTool({ name: 'hr__who_am_i', arguments: {} })).not.toHaveProperty('isError')
    }
    await fleet.named('raw')?.refresh()
    await expect.poll(() => client.callTool(ECHO), { timeout: 5000 }).toMatchObject(WELL)
  })
})

test('a server that is slow for everybody is not waited for by those who list what is theirs', async () => {
  const held: RawRequest[] = []
  const shown = ({ reply }: RawRequest) => reply({ tools: [tool('mine')], ttlMs: 0, cacheScope: 'private' })
  const raw = await rawServer((request) => {
    if (request.method === 'tools/list') shown(request)
    else offering()(request)
  })
  const { connect, fleet } = await startFleet({
    others: [{ name: 'raw', url: raw.url, timeout: '60s', slowAfter: '50ms' }],
  })
  const instance = fleet.named('raw')?.client.instances[0]
  raw.behave = (request) => void held.push(request)
  const looking = fleet.named('raw')?.refresh()
  await expect.poll(() => instance?.health).toBe('degraded')
  // Somebody of whom nothing is known yet, and whose list would take the minute of its deadline.
  const client = await connect({ as: { subject: 'newcomer' } })
  const names = (await client.listTools()).tools.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['hr__who_am_i', 'raw__mine']))
  raw.behave = (request) => (request.method === 'tools/list' ? shown(request) : offering()(request))
  for (const request of held) raw.behave(request)
  await looking
})
