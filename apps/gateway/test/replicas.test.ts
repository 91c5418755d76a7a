import { createHash, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ServiceView } from '../src/services-view.ts'
import { newSite, startGateway, type TestGateway } from './fixture/fleet.ts'
import { link } from './fixture/link.ts'
import { rawServer } from './fixture/raw-server.ts'

const url = process.env.TEST_REDIS_URL
const SECRET = 'a secret that only instances of the till know'
const TILL = {
  name: 'till',
  audience: 'http://till.test/mcp',
  register: {
    urls: ['http://127.0.0.1:*/mcp'],
    secret: `sha256:${createHash('sha256').update(SECRET).digest('hex')}`,
  },
}

/** Starts replicas of one gateway that no other test knows of. */
function newReplicas(lease: string) {
  const resource = `http://gateway.test/${randomUUID()}/mcp`
  onTestFinished(async () => {
    const redis = new Redis(url ?? '')
    for (const kept of ['leases', 'pins']) await redis.del(`atoll:gateway:${resource}:${kept}`)
    redis.disconnect()
  })
  const env = { REDIS_URL: url ?? '', PUBLIC_URL: resource, GATEWAY_LEASE: lease }
  return async (over: Record<string, string> = {}) => {
    const site = await newSite()
    return await startGateway(site, [TILL], { env: { ...env, GATEWAY_ISSUER: site.origin, ...over } })
  }
}

function register({ origin }: TestGateway, at: string, state = 'ready') {
  const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ server: 'till', url: at, instance: 'one', state })
  return fetch(`${origin}/register`, { method: 'POST', headers, body })
}

async function instancesOf({ origin }: TestGateway) {
  const response = await fetch(`${origin}/services`)
  const { services } = (await response.json()) as { services: [ServiceView] }
  return services[0].instances.map(({ state, health }) => `${health} ${state}`)
}

describe.skipIf(!url)('replicas of the gateway that share a Redis (TEST_REDIS_URL)', () => {
  test('know of an instance that registered at another, and of its goodbye', async () => {
    const raw = await rawServer()
    const replica = newReplicas('10m')
    const [here, there] = [await replica(), await replica()]
    expect((await register(here, raw.url)).status).toBe(200)
    for (const each of [here, there])
      await expect.poll(() => instancesOf(each), { timeout: 5000 }).toEqual(['healthy serving'])
    expect((await register(there, raw.url, 'draining')).status).toBe(200)
    await expect.poll(() => instancesOf(here)).toEqual(['healthy draining'])
  })

  test('know of a goodbye that was said at one which had lost its way to Redis, once that is mended', async () => {
    const raw = await rawServer()
    const replica = newReplicas('10m')
    const way = await link(url ?? '')
    const [here, there] = [await replica(), await replica({ REDIS_URL: way.url })]
    await register(here, raw.url)
    for (const each of [here, there])
      await expect.poll(() => instancesOf(each), { timeout: 5000 }).toEqual(['healthy serving'])
    way.cut()
    expect((await register(there, raw.url, 'draining')).status).toBe(200)
    expect(await instancesOf(there)).toEqual(['healthy draining'])
    expect(await instancesOf(here)).toEqual(['healthy serving'])
    way.mend()
    await expect.poll(() => instancesOf(here), { timeout: 10_000 }).toEqual(['healthy draining'])
    // Also those that start after it was told.
    const later = await replica()
    expect(await instancesOf(later)).toEqual(['unknown draining'])
  }, 30_000)

  test('know it also when they start later', async () => {
    const raw = await rawServer()
    const replica = newReplicas('10m')
    await register(await replica(), raw.url)
    expect(await instancesOf(await replica())).toEqual(['healthy serving'])
  })

  test('keep an instance that another hears of, and drop it when nobody does', async () => {
    const raw = await rawServer()
    const replica = newReplicas('3s')
    const [here, there] = [await replica(), await replica()]
    const until = Date.now() + 6000
    await register(here, raw.url)
    await expect.poll(() => instancesOf(there)).toHaveLength(1)
    const seen = new Set<number>()
    while (Date.now() < until) {
      await register(here, raw.url)
      seen.add((await instancesOf(there)).length)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(seen).toEqual(new Set([1]))
    for (const each of [here, there])
      await expect.poll(() => instancesOf(each), { timeout: 10_000 }).toEqual([])
  }, 30_000)

  test('look for themselves when another finds that an instance is not well', async () => {
    const raw = await rawServer()
    const replica = newReplicas('10m')
    const [here, there] = [await replica(), await replica()]
    await register(here, raw.url)
    for (const each of [here, there])
      await expect.poll(() => instancesOf(each), { timeout: 5000 }).toEqual(['healthy serving'])
    await raw.stop()
    await here.fleet.upstreams[0]?.refresh()
    // The next look of its own would come after thirty seconds.
    await expect.poll(() => instancesOf(there), { timeout: 4000 }).toEqual(['unhealthy serving'])
  })
})
