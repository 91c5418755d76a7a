import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CacheKey, createResultCache, type ResultCache } from '../src/index.ts'

const alice = {
  issuer: 'https://issuer.test',
  subject: 'alice',
  tenant: 'acme',
  scopes: new Set(['orders:read']),
}
const bob = { ...alice, subject: 'bob' }
const hank = { ...alice, subject: 'hank', tenant: 'globex' }
const key: CacheKey = {
  shared: 'principal',
  principal: alice,
  tool: 'get_order',
  version: '1',
  args: { id: 1 },
}
const rule = { ttl: 60_000, tags: ['order'] }

/** A run that counts, and a way to hold it. */
function counter() {
  const runs = { count: 0 }
  return { runs, run: async () => ({ count: ++runs.count }) }
}

let cache: ResultCache
beforeEach(() => {
  cache = createResultCache({ name: 'test' })
})
afterEach(() => cache.close())

describe('a cached result', () => {
  it('is run for once', async () => {
    const { runs, run } = counter()
    for (let call = 0; call < 3; call++) expect(await cache.getOrRun(key, rule, run)).toEqual({ count: 1 })
    expect(runs.count).toBe(1)
    expect(cache.stats).toEqual({ hits: 2, misses: 1, joins: 0, bypasses: 0, unfit: 0 })
  })

  it('is never another principal’s', async () => {
    const { run } = counter()
    expect(await cache.getOrRun(key, rule, run)).toEqual({ count: 1 })
    expect(await cache.getOrRun({ ...key, principal: bob }, rule, run)).toEqual({ count: 2 })
    expect(await cache.getOrRun({ ...key, principal: hank }, rule, run)).toEqual({ count: 3 })
  })

  it('ends with its time to live', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const { run } = counter()
      await cache.getOrRun(key, rule, run)
      vi.setSystemTime(Date.now() + 59_999)
      expect(await cache.getOrRun(key, rule, run)).toEqual({ count: 1 })
      vi.setSystemTime(Date.now() + 1)
      expect(await cache.getOrRun(key, rule, run)).toEqual({ count: 2 })
    } finally {
      vi.useRealTimers()
    }
  })

  it('is frozen, and what the tool returned is not', async () => {
    const own = { lines: [{ id: 1 }] }
    const first = await cache.getOrRun(key, rule, async () => own)
    expect(() => first.lines.push({ id: 2 })).toThrow(TypeError)
    own.lines.push({ id: 3 })
    const second = await cache.getOrRun(key, rule, async () => own)
    expect(second).toEqual({ lines: [{ id: 1 }] })
    expect(second).toBe(first)
  })

  it('looks the first time as it will from the cache', async () => {
    const run = async () => ({ at: new Date(0), none: undefined }) as unknown
    expect(await cache.getOrRun(key, rule, run)).toStrictEqual({ at: '1970-01-01T00:00:00.000Z' })
    expect(await cache.getOrRun(key, rule, run)).toStrictEqual({ at: '1970-01-01T00:00:00.000Z' })
  })

  it.each([[null], [0], [''], [false], [[]]])('may be %o', async (value) => {
    let runs = 0
    const run = async () => {
      runs++
      return value
    }
    expect(await cache.getOrRun(key, rule, run)).toEqual(value)
    expect(await cache.getOrRun(key, rule, run)).toEqual(value)
    expect(runs).toBe(1)
  })
})

describe('what is not kept', () => {
  it('is an error', async () => {
    const failure = new Error('no database')
    await expect(cache.getOrRun(key, rule, () => Promise.reject(failure))).rejects.toBe(failure)
    await expect(
      cache.getOrRun(key, rule, () => {
        throw failure
      }),
    ).rejects.toBe(failure)
    expect(await cache.getOrRun(key, rule, async () => 'fine')).toBe('fine')
  })

  it('is a result that is too large', async () => {
    const large = 'x'.repeat(1024 * 1024)
    let runs = 0
    const run = async () => {
      runs++
      return large
    }
    expect(await cache.getOrRun(key, rule, run)).toBe(large)
    expect(await cache.getOrRun(key, rule, run)).toBe(large)
    expect(runs).toBe(2)
    expect(cache.stats.unfit).toBe(2)
  })

  it('is a result without JSON', async () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    expect(await cache.getOrRun(key, rule, async () => circular)).toBe(circular)
    expect(await cache.getOrRun(key, rule, async () => undefined)).toBeUndefined()
    expect(await cache.getOrRun(key, rule, async () => 'json')).toBe('json')
  })

  it('is the answer to a question that is not plain data', async () => {
    const { run } = counter()
    const odd = { ...key, args: { filter: new Map([['a', 1]]) } }
    expect(await cache.getOrRun(odd, rule, run)).toEqual({ count: 1 })
    expect(await cache.getOrRun(odd, rule, run)).toEqual({ count: 2 })
  })

  it('is more than fits: the least recently used go first', async () => {
    const small = createResultCache({ name: 'small', maxSize: 1000 })
    const run = async () => 'x'.repeat(300)
    for (const id of [1, 2, 3, 4]) await small.getOrRun({ ...key, args: { id } }, rule, run)
    await small.getOrRun({ ...key, args: { id: 4 } }, rule, run)
    await small.getOrRun({ ...key, args: { id: 1 } }, rule, run)
    expect(small.stats).toMatchObject({ hits: 1, misses: 5 })
    await small.close()
  })
})

describe('clearing', () => {
  it('forgets the tenant’s results with the tag, whoever asked, and no others', async () => {
    const { run } = counter()
    const plain = { ttl: 60_000, tags: [] }
    const other = { ttl: 60_000, tags: ['product'] }
    const ask = async () => [
      await cache.getOrRun(key, rule, run),
      await cache.getOrRun({ ...key, principal: bob }, { ...rule, tags: ['x', 'order'] }, run),
      await cache.getOrRun({ ...key, principal: hank }, rule, run),
      await cache.getOrRun({ ...key, tool: 'get_product' }, other, run),
      await cache.getOrRun({ ...key, tool: 'get_plain' }, plain, run),
    ]
    expect((await ask()).map((each) => each.count)).toEqual([1, 2, 3, 4, 5])
    await cache.clear(['order'], 'acme')
    expect((await ask()).map((each) => each.count)).toEqual([6, 7, 3, 4, 5])
  })

  it('reaches what is shared within the tenant and what is public', async () => {
    const { run } = counter()
    await cache.getOrRun({ ...key, shared: 'tenant' }, rule, run)
    await cache.getOrRun({ ...key, shared: 'public' }, rule, run)
    await cache.clear(['order'], 'acme')
    expect(await cache.getOrRun({ ...key, shared: 'tenant' }, rule, run)).toEqual({ count: 3 })
    expect(await cache.getOrRun({ ...key, shared: 'public' }, rule, run)).toEqual({ count: 4 })
  })

  it('cannot be aimed at another tenant by a name that looks like one', async () => {
    const { run } = counter()
    const odd = { ...alice, tenant: 'acme:order' }
    await cache.getOrRun(key, { ttl: 60_000, tags: ['order:x'] }, run)
    await cache.getOrRun({ ...key, principal: odd }, { ttl: 60_000, tags: ['x'] }, run)
    await cache.clear(['x'], 'acme:order')
    expect(await cache.getOrRun(key, { ttl: 60_000, tags: ['order:x'] }, run)).toEqual({ count: 1 })
  })

  it('also forgets what a run that is under way will return', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const before = cache.getOrRun(key, rule, async () => {
      await gate
      return 'before'
    })
    await cache.clear(['order'], 'acme')
    const after = cache.getOrRun(key, rule, async () => 'after')
    expect(await after).toBe('after')
    open()
    expect(await before).toBe('before')
    expect(await cache.getOrRun(key, rule, async () => 'again')).toBe('after')
  })

  it('keeps working for more tenants than it remembers', async () => {
    const { run } = counter()
    await cache.getOrRun(key, rule, run)
    await cache.clear(['order'], 'acme')
    for (let index = 0; index < 30_000; index++) await cache.clear(['order'], `tenant ${index}`)
    expect(await cache.getOrRun(key, rule, run)).toEqual({ count: 2 })
  })
})

describe('simultaneous callers', () => {
  it('share one run', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    let runs = 0
    const run = async () => {
      runs++
      await gate
      return { runs }
    }
    const calls = Array.from({ length: 50 }, () => cache.getOrRun(key, rule, run))
    open()
    const results = await Promise.all(calls)
    expect(runs).toBe(1)
    expect(new Set(results).size).toBe(1)
    expect(cache.stats).toMatchObject({ misses: 1, joins: 49 })
  })

  it('share a failure, and the next one runs anew', async () => {
    let runs = 0
    const run = async () => {
      if (++runs === 1) throw new Error('no database')
      return runs
    }
    const calls = await Promise.allSettled([1, 2, 3].map(() => cache.getOrRun(key, rule, run)))
    expect(calls.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await cache.getOrRun(key, rule, run)).toBe(2)
  })

  it('may leave without the others: the one who began it, too', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const first = new AbortController()
    const second = new AbortController()
    let signal: AbortSignal | undefined
    const run = async (given: AbortSignal) => {
      signal = given
      await gate
      return 'done'
    }
    const calls = [
      cache.getOrRun(key, rule, run, first.signal),
      cache.getOrRun(key, rule, run, second.signal),
      cache.getOrRun(key, rule, run, () => new AbortController().signal),
    ]
    const settled = Promise.allSettled(calls)
    await vi.waitFor(() => expect(signal).toBeDefined())
    first.abort(new Error('first left'))
    await expect(calls[0]).rejects.toThrow('first left')
    second.abort(new Error('second left'))
    await expect(calls[1]).rejects.toThrow('second left')
    expect(signal?.aborted).toBe(false)
    open()
    expect(await calls[2]).toBe('done')
    await settled
  })

  it('stop the run when the last one leaves, and nobody joins it any more', async () => {
    const leaving = new AbortController()
    const { promise: aborted, resolve } = Promise.withResolvers<unknown>()
    const call = cache.getOrRun(
      key,
      rule,
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            resolve(signal.reason)
            reject(signal.reason)
          })
        }),
      leaving.signal,
    )
    const rejected = expect(call).rejects.toThrow('hung up')
    await new Promise(setImmediate)
    leaving.abort(new Error('hung up'))
    expect(await cache.getOrRun(key, rule, async () => 'fresh')).toBe('fresh')
    await rejected
    expect(await aborted).toEqual(new Error('hung up'))
  })

  it('who are gone already run nothing', async () => {
    let runs = 0
    const call = cache.getOrRun(key, rule, async () => ++runs, AbortSignal.abort(new Error('gone')))
    await expect(call).rejects.toThrow('gone')
    expect(runs).toBe(0)
  })
})
