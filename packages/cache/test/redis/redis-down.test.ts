import { hasRedisServer, type RedisServer, redisServer } from '@atoll/tooling/redis-server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CacheKey } from '../../src/index.ts'
import { type WatchedCache, watchedCache } from './watched-cache.ts'

const alice = {
  issuer: 'https://issuer.test',
  subject: 'alice',
  tenant: 'acme',
  scopes: new Set(['orders:read']),
}
const key: CacheKey = {
  shared: 'principal',
  principal: alice,
  tool: 'get_order',
  version: '1',
  args: { id: 1 },
}
/** Between processes things take their time; how much is not what is tested. */
const PATIENT = { timeout: 20_000 }
const rule = { ttl: 3_600_000, tags: ['order'] }

function counter() {
  const runs = { count: 0 }
  return { runs, run: async () => ++runs.count }
}

// Needs redis-server on the PATH.
describe.skipIf(!hasRedisServer)('with a Redis that comes and goes', () => {
  let server: RedisServer
  const caches: WatchedCache[] = []

  function open(): WatchedCache {
    const cache = watchedCache('orders', server.url)
    caches.push(cache)
    return cache
  }

  beforeEach(async () => {
    server = await redisServer()
  })
  afterEach(async () => {
    await Promise.all(caches.splice(0).map((cache) => cache.close()))
    await server.remove()
  })

  it('works without one from the start, says so once, and uses it when it comes', async () => {
    const cache = open()
    const { run } = counter()
    expect(await cache.getOrRun(key, rule, run)).toBe(1)
    expect(await cache.getOrRun(key, rule, run)).toBe(2)
    await cache.clear(['order'], 'acme')
    await vi.waitFor(() => expect(cache.errors).toHaveLength(1), PATIENT)
    await expect(cache.probe()).rejects.toThrow()
    await server.start()
    await cache.live()
    expect(await cache.getOrRun(key, rule, run)).toBe(3)
    expect(await cache.getOrRun(key, rule, run)).toBe(3)
    expect(cache.errors).toHaveLength(1)
    expect(cache.recoveries).toBe(1)
  })

  it('still shares a run between simultaneous callers while it is away', async () => {
    const cache = open()
    const { runs, run } = counter()
    await Promise.all([1, 2, 3].map(() => cache.getOrRun(key, rule, run)))
    expect(runs.count).toBe(1)
    expect(cache.stats).toMatchObject({ bypasses: 1, joins: 2 })
  })

  it('joins no run that began before a clearing while it is away', async () => {
    const cache = open()
    const { promise: gate, resolve } = Promise.withResolvers<void>()
    const before = cache.getOrRun(key, rule, async () => {
      await gate
      return 'before'
    })
    await cache.clear(['order'], 'acme')
    expect(await cache.getOrRun(key, rule, async () => 'after')).toBe('after')
    resolve()
    expect(await before).toBe('before')
  })

  it('keeps results without tags in memory while it is away: only time makes them stale', async () => {
    const cache = open()
    const { run } = counter()
    const plain = { ttl: 60_000, tags: [] }
    expect(await cache.getOrRun(key, plain, run)).toBe(1)
    expect(await cache.getOrRun(key, plain, run)).toBe(1)
  })

  it('serves nothing that may have been cleared elsewhere while it is away', async () => {
    await server.start()
    const cache = open()
    await cache.live()
    const { run } = counter()
    expect(await cache.getOrRun(key, rule, run)).toBe(1)
    await server.stop()
    await vi.waitFor(() => expect(cache.errors).toHaveLength(1), PATIENT)
    expect(await cache.getOrRun(key, rule, run)).toBe(2)
    expect(await cache.getOrRun(key, rule, run)).toBe(3)
  })

  it('serves nothing from before a restart, although Redis kept it', async () => {
    await server.start()
    const [here, there] = [open(), open()]
    await Promise.all([here.live(), there.live()])
    const { run } = counter()
    expect(await here.getOrRun(key, rule, run)).toBe(1)
    await server.stop()
    await vi.waitFor(() => expect([here.errors.length, there.errors.length]).toEqual([1, 1]), PATIENT)
    await server.start()
    await Promise.all([here.live(), there.live()])
    expect(await here.getOrRun(key, rule, run)).toBe(2)
    expect(await there.getOrRun(key, rule, run)).toBe(2)
  })

  it('neither hangs nor fails when Redis accepts and does not answer', async () => {
    await server.start()
    const cache = open()
    await cache.live()
    const { run } = counter()
    expect(await cache.getOrRun(key, rule, run)).toBe(1)
    server.freeze()
    const another = { ...key, args: { id: 2 } }
    expect(await cache.getOrRun(another, { ...rule, tags: ['other'] }, run)).toBe(2)
    await expect(cache.probe()).rejects.toThrow()
    expect(await cache.getOrRun(key, rule, run)).toBe(3)
    await cache.clear(['order'], 'acme')
    expect(cache.errors).toHaveLength(1)
    server.thaw()
    await cache.live()
    expect(cache.recoveries).toBe(1)
  })

  it('tells Redis afterwards what was cleared while it did not answer, before it believes it again', async () => {
    await server.start()
    const [writer, reader] = [open(), open()]
    await Promise.all([writer.live(), reader.live()])
    let state = 'before'
    const run = async () => state
    expect(await writer.getOrRun(key, rule, run)).toBe('before')
    expect(await reader.getOrRun(key, rule, run)).toBe('before')
    server.freeze()
    state = 'after'
    await writer.clear(['order'], 'acme')
    expect(await writer.getOrRun(key, rule, run)).toBe('after')
    server.thaw()
    await Promise.all([writer.live(), reader.live()])
    expect(await writer.getOrRun(key, rule, run)).toBe('after')
    await vi.waitFor(async () => expect(await reader.getOrRun(key, rule, run)).toBe('after'), PATIENT)
  })

  it('closes at once while it is away', async () => {
    const cache = open()
    await cache.close()
    expect(await cache.getOrRun(key, rule, async () => 'still works')).toBe('still works')
  })
})
