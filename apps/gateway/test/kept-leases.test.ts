import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { keepLeases } from '../src/finding/kept-leases.ts'
import { type Lease, Leases } from '../src/finding/leases.ts'

const url = process.env.TEST_REDIS_URL
const AT = { server: 'till', url: 'http://127.0.0.1:4000/mcp', instance: 'one', state: 'ready' } as const
const FIELD = `${AT.server} ${AT.url}`

function connected(): Redis {
  const redis = new Redis(url ?? '')
  onTestFinished(() => redis.disconnect())
  return redis
}

describe.skipIf(!url)('leases that replicas keep in Redis (TEST_REDIS_URL)', () => {
  test('are not thrown away by a replica that read them before they were renewed', async () => {
    const [redis, other] = [connected(), connected()]
    const name = randomUUID()
    const key = `atoll:gateway:${name}:leases`
    onTestFinished(async () => void (await other.del(key)))
    const renewed: Lease = { ...AT, until: Date.now() + 60_000 }
    const over: Lease = { ...AT, until: Date.now() - 1 }
    const gone = { ...over, url: 'http://127.0.0.1:4001/mcp' }
    await other.hset(key, FIELD, JSON.stringify(over), `till ${gone.url}`, JSON.stringify(gone))
    // Another replica hears of it in the moment between reading and throwing away.
    const hgetall = redis.hgetall.bind(redis)
    redis.hgetall = (async (its: string) => {
      const all = await hgetall(its)
      await other.hset(key, FIELD, JSON.stringify(renewed))
      return all
    }) as typeof redis.hgetall
    const leases = new Leases({ lifetime: 60_000, isAllowed: () => true, onChange() {} })
    const errors: unknown[] = []
    const onError = (error: unknown) => void errors.push(error)
    const kept = keepLeases({ redis, name, leases, tell() {}, onError })
    onTestFinished(() => {
      kept.close()
      leases.close()
    })
    await kept.start()
    expect(errors).toEqual([])
    expect(await other.hgetall(key)).toEqual({ [FIELD]: JSON.stringify(renewed) })
  })

  test('count beside one that cannot be read', async () => {
    const [redis, other] = [connected(), connected()]
    const name = randomUUID()
    const key = `atoll:gateway:${name}:leases`
    onTestFinished(async () => void (await other.del(key)))
    const good: Lease = { ...AT, until: Date.now() + 60_000 }
    const others = { 'a b': '{', 'c d': '{"until":"soon"}', [FIELD]: JSON.stringify(good) }
    await other.hset(key, others)
    const heard: unknown[] = []
    const leases = new Leases({
      ...{ lifetime: 60_000, isAllowed: () => true },
      onChange: (_server, its) => void heard.push(its),
    })
    const errors: unknown[] = []
    const kept = keepLeases({ redis, name, leases, tell() {}, onError: (error) => void errors.push(error) })
    onTestFinished(() => {
      kept.close()
      leases.close()
    })
    await kept.start()
    expect(heard).toEqual([[good]])
    expect(errors.map(String).sort()).toEqual([
      'TypeError: The lease a b cannot be read',
      'TypeError: The lease c d cannot be read',
    ])
    expect(await other.hgetall(key)).toEqual(others)
  })

  test('say a goodbye that is not kept, but not over what a later process said at the same place', async () => {
    const [redis, other] = [connected(), connected()]
    const name = randomUUID()
    const key = `atoll:gateway:${name}:leases`
    onTestFinished(async () => void (await other.del(key)))
    const until = Date.now() + 60_000
    const leases = new Leases({ lifetime: 60_000, isAllowed: () => true, onChange() {} })
    const places = ['kept', 'missing', 'later', 'ready'].map((path) => `http://127.0.0.1:4000/${path}`)
    for (const place of places) leases.announce({ ...AT, url: place, state: 'draining' })
    const [keptUrl = '', , laterUrl = '', readyUrl = ''] = places
    const elsewhere: Lease[] = [
      { ...AT, url: keptUrl, state: 'draining', until },
      { ...AT, url: laterUrl, instance: 'two', until },
      { ...AT, url: readyUrl, until },
    ]
    for (const lease of elsewhere) await other.hset(key, `till ${lease.url}`, JSON.stringify(lease))
    const told: string[] = []
    const kept = keepLeases({
      ...{ redis, name, leases, tell: (lease) => void told.push(lease.url) },
      onError(error) {
        throw error
      },
    })
    onTestFinished(() => {
      kept.close()
      leases.close()
    })
    await kept.start()
    expect(told).toEqual(['http://127.0.0.1:4000/missing', readyUrl])
    const states = Object.values(await other.hgetall(key))
      .map((text) => JSON.parse(text) as Lease)
      .map((lease) => [new URL(lease.url).pathname, lease.instance, lease.state])
    expect(states.sort()).toEqual([
      ['/kept', 'one', 'draining'],
      ['/later', 'two', 'ready'],
      ['/missing', 'one', 'draining'],
      ['/ready', 'one', 'draining'],
    ])
  })
})
