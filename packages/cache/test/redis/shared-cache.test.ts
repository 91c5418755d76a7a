import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CacheKey } from '../../src/index.ts'
import { cuttableProxy } from './cuttable-proxy.ts'
import { type WatchedCache, watchedCache } from './watched-cache.ts'

const url = process.env.TEST_REDIS_URL ?? ''
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
/** A busy machine is not a Redis that is away. */
const UNHURRIED = { commandTimeout: 10_000 }
const rule = { ttl: 60_000, tags: ['order'] }

// Needs a Redis: set TEST_REDIS_URL.
describe.skipIf(url === '')('two processes with one Redis', () => {
  const redis = new Redis(url || 'redis://127.0.0.1', { lazyConnect: true })
  let name: string
  let here: WatchedCache
  let there: WatchedCache

  beforeEach(async () => {
    name = `test-${randomUUID()}`
    here = watchedCache(name, url, UNHURRIED)
    there = watchedCache(name, url, UNHURRIED)
    await Promise.all([here.live(), there.live()])
  })
  afterEach(async () => {
    await Promise.all([here.close(), there.close()])
    const keys = await redis.keys(`atoll:cache:${name}*`)
    if (keys.length > 0) await redis.del(keys)
  })
  afterAll(() => redis.disconnect())

  it('serve each other’s results, frozen', async () => {
    const first = await here.getOrRun(key, rule, async () => ({ lines: [1] }))
    const second = await there.getOrRun(key, rule, async () => ({ lines: [2] }))
    expect(second).toEqual(first)
    expect(Object.isFrozen(second.lines)).toBe(true)
    expect(await there.getOrRun(key, rule, async () => ({ lines: [3] }))).toBe(second)
    expect(there.stats).toMatchObject({ hits: 2, misses: 0 })
  })

  it('see each other’s clearing although they hold the result in memory', async () => {
    let state = 'before'
    const run = async () => state
    expect(await here.getOrRun(key, rule, run)).toBe('before')
    expect(await there.getOrRun(key, rule, run)).toBe('before')
    state = 'after'
    await here.clear(['order'], 'acme')
    expect(await here.getOrRun(key, rule, run)).toBe('after')
    await vi.waitFor(async () => expect(await there.getOrRun(key, rule, run)).toBe('after'), PATIENT)
  })

  it('do not serve what was read before a clearing and stored after it', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const { promise: started, resolve: start } = Promise.withResolvers<void>()
    const slow = here.getOrRun(key, rule, async () => {
      start()
      await gate
      return 'before'
    })
    await started
    await there.clear(['order'], 'acme')
    open()
    expect(await slow).toBe('before')
    expect(await there.getOrRun(key, rule, async () => 'after')).toBe('after')
    await vi.waitFor(
      async () => expect(await here.getOrRun(key, rule, async () => 'after')).toBe('after'),
      PATIENT,
    )
  })

  it('keep tenants apart', async () => {
    const hank = { ...alice, tenant: 'globex' }
    await here.getOrRun(key, rule, async () => 'acme')
    await here.getOrRun({ ...key, principal: hank }, rule, async () => 'globex')
    await there.clear(['order'], 'globex')
    const ran = async () => 'ran'
    await vi.waitFor(async () =>
      expect(await here.getOrRun({ ...key, principal: hank }, rule, ran)).toBe('ran'),
    )
    expect(await here.getOrRun(key, rule, ran)).toBe('acme')
    expect(await there.getOrRun(key, rule, ran)).toBe('acme')
  })

  it('forget when Redis evicted the generations', async () => {
    await here.getOrRun(key, rule, async () => 'before')
    const generations = await redis.keys(`atoll:cache:${name}:tag:*`)
    expect(generations).toHaveLength(1)
    await redis.del(generations)
    expect(await there.getOrRun(key, rule, async () => 'after')).toBe('after')
  })

  it('learn, once they are back, of a clearing they could not hear of', async () => {
    const proxy = await cuttableProxy(url)
    const cutOff = watchedCache(name, proxy.url, UNHURRIED)
    try {
      await cutOff.live()
      expect(await cutOff.getOrRun(key, rule, async () => 'before')).toBe('before')
      await proxy.cut()
      await vi.waitFor(() => expect(cutOff.errors).toHaveLength(1), PATIENT)
      await here.clear(['order'], 'acme')
      await proxy.mend()
      await cutOff.live()
      expect(await cutOff.getOrRun(key, rule, async () => 'after')).toBe('after')
    } finally {
      await cutOff.close()
      await proxy.cut()
    }
  })

  it('are told what one cleared while it was cut off, as soon as it is back', async () => {
    const proxy = await cuttableProxy(url)
    const cutOff = watchedCache(name, proxy.url, UNHURRIED)
    try {
      await cutOff.live()
      let state = 'before'
      const run = async () => state
      expect(await here.getOrRun(key, rule, run)).toBe('before')
      expect(await cutOff.getOrRun(key, rule, run)).toBe('before')
      await proxy.cut()
      await vi.waitFor(() => expect(cutOff.errors).toHaveLength(1), PATIENT)
      state = 'after'
      await cutOff.clear(['order'], 'acme')
      expect(await cutOff.getOrRun(key, rule, run)).toBe('after')
      // Nobody could tell: this is what the time to live bounds.
      expect(await here.getOrRun(key, rule, run)).toBe('before')
      await proxy.mend()
      await cutOff.live()
      expect(await cutOff.getOrRun(key, rule, run)).toBe('after')
      await vi.waitFor(async () => expect(await here.getOrRun(key, rule, run)).toBe('after'), PATIENT)
    } finally {
      await cutOff.close()
      await proxy.cut()
    }
  })

  it('learn of a clearing whose message was lost when they ask again', async () => {
    const forgetful = watchedCache(name, url, { ...UNHURRIED, trustFor: 20 })
    try {
      await forgetful.live()
      expect(await forgetful.getOrRun(key, rule, async () => 'before')).toBe('before')
      const [generation = ''] = await redis.keys(`atoll:cache:${name}:tag:*`)
      await redis.set(generation, 'another')
      await vi.waitFor(
        async () => expect(await forgetful.getOrRun(key, rule, async () => 'after')).toBe('after'),
        PATIENT,
      )
    } finally {
      await forgetful.close()
    }
  })

  it('ignore what strangers say on their channel', async () => {
    await here.getOrRun(key, rule, async () => 'kept')
    for (const noise of ['', 'order', '{"a":1}', '[1,null]']) {
      await redis.publish(`atoll:cache:${name}:cleared`, noise)
    }
    await here.probe()
    expect(await here.getOrRun(key, rule, async () => 'ran')).toBe('kept')
    expect(here.errors).toEqual([])
  })

  it('do not take a pause of their own for one of Redis', async () => {
    await here.close()
    here = watchedCache(name, url, { commandTimeout: 100 })
    await here.live()
    const asked = here.getOrRun(key, rule, async () => 'kept')
    // The thread stands still for longer than a command may take, with the answer waiting in the socket.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
    expect(await asked).toBe('kept')
    expect(await here.getOrRun(key, rule, async () => 'ran')).toBe('kept')
    expect(here.errors).toEqual([])
  })

  it('leave nothing in Redis without an end', async () => {
    await here.getOrRun(key, rule, async () => 'kept')
    const keys = await redis.keys(`atoll:cache:${name}*`)
    expect(keys).toHaveLength(2)
    for (const each of keys) expect(await redis.pttl(each)).toBeGreaterThan(0)
  })
})
