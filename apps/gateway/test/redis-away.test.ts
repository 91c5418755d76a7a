import { createHash, randomUUID } from 'node:crypto'
import { hasRedisServer, testRedis } from '@atoll/tooling/redis-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ServiceView } from '../src/services-view.ts'
import { newSite, startGateway, type TestGateway } from './fixture/fleet.ts'
import { offering, rawServer } from './fixture/raw-server.ts'

const SECRET = 'a secret that only instances of the till know'
const TILL = {
  name: 'till',
  audience: 'http://till.test/mcp',
  register: {
    urls: ['http://127.0.0.1:*/mcp'],
    secret: `sha256:${createHash('sha256').update(SECRET).digest('hex')}`,
  },
}
/** Milliseconds. */
const LEASE = 1500

function register({ origin }: TestGateway, at: string, state = 'ready') {
  const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ server: 'till', url: at, instance: 'one', state })
  return fetch(`${origin}/register`, { method: 'POST', headers, body })
}

async function instancesOf({ origin }: TestGateway) {
  const { services } = (await (await fetch(`${origin}/services`)).json()) as { services: [ServiceView] }
  return services[0].instances.map(({ state }) => state)
}

/** A call of the one tool, at a gateway that is called by another name than where it is. */
async function echo(mcp: string, token: string): Promise<unknown> {
  const params = { name: 'till__echo', arguments: {} }
  const headers = { authorization: `Bearer ${token}`, 'mcp-protocol-version': '2025-11-25' }
  const response = await fetch(mcp, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  })
  return await response.json()
}

// Needs redis-server on the PATH.
describe.skipIf(!hasRedisServer)('while Redis is away', () => {
  test('instances stay known at every replica, calls go on, and what came or went is learned after', async () => {
    const redis = await testRedis()
    const [raw, late] = [await rawServer(), await rawServer(offering('echo'))]
    const resource = `http://gateway.test/${randomUUID()}/mcp`
    const replica = async () => {
      const site = await newSite()
      const env = { REDIS_URL: redis.url, PUBLIC_URL: resource, GATEWAY_ISSUER: site.origin }
      return await startGateway(site, [TILL], { env: { ...env, GATEWAY_LEASE: `${LEASE}ms` } })
    }
    const [here, there] = [await replica(), await replica()]
    const heartbeats = new Set([raw.url])
    const beat = setInterval(() => {
      for (const url of heartbeats) void register(here, url).catch(() => {})
    }, LEASE / 5)
    onTestFinished(() => clearInterval(beat))
    await register(here, raw.url)
    for (const { fleet } of [here, there])
      await expect.poll(() => fleet.upstreams[0]?.state, { timeout: 5000 }).toBe('up')

    const person = { subject: 'alice', tenant: 'acme', scopes: [], audience: resource, ttl: '5m' } as const
    const token = await there.people.sign(person)
    const call = () => echo(`${there.origin}${new URL(resource).pathname}`, token)
    const echoed = { result: { content: [{ text: 'echo' }] } }
    // The lists of an instance that came are read a moment after it is known.
    await expect.poll(call, { timeout: 5000 }).toMatchObject(echoed)
    await redis.stop()
    const until = performance.now() + LEASE * 3
    // Nobody can tell the other replica that the lease was renewed, so it goes on.
    while (performance.now() < until) {
      expect(await instancesOf(here)).toEqual(['serving'])
      expect(await instancesOf(there)).toEqual(['serving'])
      expect(await call()).toMatchObject(echoed)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    // Another one registers where no other replica can hear of it yet.
    heartbeats.add(late.url)
    await register(here, late.url)
    expect(await instancesOf(here)).toEqual(['serving', 'serving'])
    expect(await instancesOf(there)).toEqual(['serving'])
    const ready = await fetch(`${here.origin}/ready`)
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { status: 'ready', dependencies: { redis: { status: 'degraded' } } },
    ])

    await redis.start()
    await expect.poll(() => instancesOf(there), { timeout: 15_000 }).toEqual(['serving', 'serving'])
    heartbeats.delete(raw.url)
    await register(here, raw.url, 'draining')
    await expect
      .poll(async () => (await instancesOf(there)).filter((state) => state === 'serving'), {
        timeout: 15_000,
      })
      .toHaveLength(1)
    expect(await call()).toMatchObject({ result: { content: [{ text: 'echo' }] } })
  }, 60_000)
})
