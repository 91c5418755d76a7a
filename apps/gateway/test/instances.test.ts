import { freePort } from '@atoll/tooling/free-port'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ServiceView } from '../src/services-view.ts'
import { domainServer } from './fixture/domain-server.ts'
import { hrServer, newDesk } from './fixture/domains.ts'
import { newSite, startGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { legacyServer } from './fixture/legacy-server.ts'
import { offering, type RawServer, rawServer } from './fixture/raw-server.ts'

/** The gateway in front of one server with two instances, in the order of their URLs. */
async function startPair(
  more: Record<string, unknown> = {},
  options: Parameters<typeof startGateway>[2] = {},
) {
  const raws = [await rawServer(), await rawServer()].toSorted((a, b) => (a.url < b.url ? -1 : 1))
  const [first, second] = raws as [RawServer, RawServer]
  const pair = { name: 'pair', audience: 'http://pair.test/mcp', urls: raws.map(({ url }) => url), ...more }
  const gateway = await startGateway(await newSite(), [pair], options)
  const look = async () => {
    await gateway.fleet.upstreams[0]?.refresh()
    const { services } = (await (await fetch(`${gateway.origin}/services`)).json()) as {
      services: [ServiceView]
    }
    return services[0]
  }
  return { ...gateway, first, second, look }
}

const asked = (raw: RawServer, what: string) => raw.requests.filter(({ method }) => method === what).length
const echo = { name: 'pair__echo', arguments: {} }

describe('a server with two instances', () => {
  test('is one server: one catalogue, one name, one audience', async () => {
    const { connect, first, second, look } = await startPair()
    const client = await connect()
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['pair__echo'])
    for (let round = 0; round < 40; round++) await client.callTool(echo)
    expect(asked(first, 'tools/call') + asked(second, 'tools/call')).toBe(40)
    expect(Math.min(asked(first, 'tools/call'), asked(second, 'tools/call'))).toBeGreaterThan(0)
    const audiences = [first, second].flatMap(({ requests }) =>
      requests.map(({ headers }) => audienceIn(headers.authorization ?? '')),
    )
    expect(new Set(audiences)).toEqual(new Set(['http://pair.test/mcp']))
    expect(await look()).toMatchObject({
      state: 'up',
      instances: [first, second].map(({ url }) => ({ url, sources: ['configuration'], health: 'healthy' })),
    })
  })

  test('serves calls that may not be repeated while one instance is gone, and shows which', async () => {
    const { connect, first, second, look, origin } = await startPair()
    const client = await connect()
    await first.stop()
    for (let round = 0; round < 10; round++)
      expect(await client.callTool(echo)).toMatchObject({ content: [{ text: 'echo' }] })
    expect(asked(second, 'tools/call')).toBe(10)
    expect(await look()).toMatchObject({
      state: 'up',
      instances: [{ health: 'unhealthy' }, { health: 'healthy' }],
    })
    const metrics = await (await fetch(`${origin}/metrics`)).text()
    expect(metrics).toContain('atoll_gateway_instances{server="pair",health="unhealthy"} 1')
    expect(metrics).toContain('atoll_gateway_instances{server="pair",health="healthy"} 1')
    expect(await (await fetch(`${origin}/ready`)).json()).toMatchObject({
      status: 'ready',
      dependencies: { pair: { status: 'up' } },
    })
  })

  test('finds out by itself that one is back', async () => {
    const { first, look, origin } = await startPair()
    await first.stop()
    expect((await look()).instances).toMatchObject([{ health: 'unhealthy' }, { health: 'healthy' }])
    await first.start()
    const shown = async () => {
      const { services } = (await (await fetch(`${origin}/services`)).json()) as { services: [ServiceView] }
      return services[0].instances.map(({ health }) => health)
    }
    await expect.poll(shown, { timeout: 10_000 }).toEqual(['healthy', 'healthy'])
  })

  test('has its lists asked of one that is not slow, while the slow one is called', async () => {
    const { connect, first, second, look } = await startPair({ slowAfter: '100ms' })
    const client = await connect()
    first.behave = (request) => {
      if (request.method === 'server/discover') setTimeout(() => offering('echo')(request), 150)
      else offering('echo')(request)
    }
    expect((await look()).instances).toMatchObject([{ health: 'degraded' }, { health: 'healthy' }])
    const lists = [asked(first, 'tools/list'), asked(second, 'tools/list')] as const
    await look()
    expect([asked(first, 'tools/list'), asked(second, 'tools/list')]).toEqual([lists[0], lists[1] + 1])
    const finish: (() => void)[] = []
    second.behave = (request) => {
      if (request.method === 'tools/call') finish.push(() => offering('echo')(request))
      else offering('echo')(request)
    }
    const calls = Array.from({ length: 200 }, () => client.callTool(echo))
    await expect.poll(() => asked(first, 'tools/call')).toBeGreaterThan(0)
    second.behave = offering('echo')
    const end = setInterval(() => finish.splice(0).map((each) => each()), 10)
    await Promise.all(calls)
    clearInterval(end)
  })

  test('is not held up by one that does not answer', async () => {
    const { first, look } = await startPair({ timeout: '60s', slowAfter: '100ms' })
    first.behave = () => {}
    // The look would take the minute of its deadline.
    expect(await look()).toMatchObject({ state: 'up', instances: [{}, { health: 'healthy' }] })
  })

  test('has each change of health logged once', async () => {
    const log = keptAudit()
    const { first, look } = await startPair({}, { env: { LOG_LEVEL: 'info' }, telemetry: log.telemetry })
    await first.stop()
    await look()
    await look()
    await first.start()
    await look()
    const told = log.lines().filter(({ instance }) => instance === new URL(first.url).host)
    expect(told.map(({ health }) => health)).toEqual(['healthy', 'unhealthy', 'healthy'])
  })
})

test('an instance of the 2025 era is asked with ping, and stands beside one of the other', async () => {
  const [legacy, modern] = [await legacyServer(), await rawServer(offering('add'))]
  const pair = { name: 'pair', audience: 'http://pair.test/mcp', urls: [legacy.url, modern.url] }
  const { fleet, connect } = await startGateway(await newSite(), [pair])
  await fleet.upstreams[0]?.refresh()
  expect(legacy.arrivals.map(({ method }) => method)).toContain('ping')
  expect(modern.requests.map(({ method }) => method)).not.toContain('ping')
  const client = await connect()
  const add = { name: 'pair__add', arguments: { a: 1, b: 2 } }
  for (let round = 0; round < 10; round++) await client.callTool(add)
  expect(asked(modern, 'tools/call')).toBeGreaterThan(0)
  await modern.stop()
  expect(await client.callTool(add)).toMatchObject({ content: [{ text: '3' }] })
})

test('instances of the kit that share an audience take the same assertions', async () => {
  const site = await newSite()
  const desks = [newDesk(), newDesk()]
  const servers = await Promise.all(
    desks.map(async (desk) =>
      domainServer(hrServer, desk, {
        port: await freePort(),
        issuers: site.issuers,
        resource: 'http://hr.test/mcp',
      }),
    ),
  )
  onTestFinished(async () => {
    await Promise.all(servers.map((server) => server.close()))
  })
  const hr = { name: 'hr', audience: 'http://hr.test/mcp', urls: servers.map(({ url }) => url) }
  const gateway = await startGateway(site, [hr])
  const health = () => gateway.fleet.upstreams[0]?.client.instances.map((instance) => instance.health)
  await expect.poll(health, { timeout: 10_000 }).toEqual(['healthy', 'healthy'])
  const client = await gateway.connect()
  for (let round = 0; round < 30; round++) {
    const result = await client.callTool({ name: 'hr__search_employees', arguments: { text: 'Ada' } })
    expect(result).toMatchObject({ structuredContent: { names: ['Ada'] } })
  }
  for (const desk of desks) expect(desk.log).not.toEqual([])
})

function audienceIn(authorization: string): unknown {
  const [, payload = ''] = authorization.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).aud
}
