import { BentoCache, bentostore, errors } from 'bentocache'
import { type CacheKey, cacheKey } from './cache-key.ts'
import { Flights } from './flights.ts'
import { type Generations, LocalGenerations } from './generations.ts'
import { MemoryLayer } from './memory-layer.ts'
import { RedisLayer } from './redis-layer.ts'
import { SharedGenerations } from './shared-generations.ts'
import { type Stored, toStored } from './stored.ts'
import { clearedNames, tagNames } from './tags.ts'

export interface ResultCacheOptions {
  /** Of the server; caches with the same name and Redis are one cache. */
  name: string
  /** Without it the cache is this process's own. */
  redisUrl?: string | undefined
  /** Entries kept in memory. Default 5000. */
  maxEntries?: number
  /** Bytes of JSON kept in memory. Default 16 MB. */
  maxSize?: number
  /** Bytes of JSON one result may have to be kept at all. Default 1 MB. */
  maxEntrySize?: number
  /** Milliseconds a Redis command may take. Default 250. */
  commandTimeout?: number
  /** Milliseconds for which a clearing elsewhere may stay unseen when its message is lost. Default 1000. */
  trustFor?: number
  /** Called once each time Redis goes away. */
  onError?(error: unknown): void
  /** Called once each time Redis is back. */
  onRecover?(): void
}

export interface CacheRule {
  /** Milliseconds. */
  ttl: number
  tags: readonly string[]
}

export interface CacheStats {
  /** Answered from memory or Redis. */
  hits: number
  /** Ran. */
  misses: number
  /** Waited for somebody else's run or look-up. */
  joins: number
  /** Ran, of the misses, without the cache because Redis could not be asked. */
  bypasses: number
  /** Results that were not kept because they are too large or not plain data. */
  unfit: number
}

export interface ResultCache {
  /**
   * The result of `run`, or of an earlier or simultaneous one with the same key. A result that comes from the
   * cache is deeply frozen, and the same object until it expires. What `run` throws reaches everybody who waits
   * and is not kept. `signal` is the caller's (a function is only called where somebody waits): when it aborts, the caller gets its reason and the run goes on for
   * the others; the signal that `run` receives aborts when nobody waits any more.
   */
  getOrRun<T>(
    key: CacheKey,
    rule: CacheRule,
    run: (signal: AbortSignal) => Promise<T>,
    signal?: AbortSignal | (() => AbortSignal),
  ): Promise<T>
  /**
   * Forget what this tenant was told under these tags, and what everybody was told under them. Calls that
   * begin after it resolves see the change: at once in this process, within milliseconds in others that share a
   * Redis. Never rejects.
   */
  clear(tags: readonly string[], tenant: string): Promise<void>
  /** Rejects while Redis is configured and can't be used. */
  probe(signal?: AbortSignal): Promise<void>
  readonly stats: Readonly<CacheStats>
  close(): Promise<void>
}

const MB = 1024 * 1024

/** A cache of tool results: memory in front of Redis, one run at a time per key, cleared by tags. */
export function createResultCache(options: ResultCacheOptions): ResultCache {
  const { name, redisUrl, maxEntries = 5000, maxSize = 16 * MB, commandTimeout = 250 } = options
  const { maxEntrySize = MB, trustFor = 1000, onError = () => {}, onRecover = () => {} } = options
  const prefix = `atoll:cache:${name}`
  const memory = new MemoryLayer({ maxEntries, maxSize })
  const shared =
    redisUrl === undefined
      ? undefined
      : new SharedGenerations({ url: redisUrl, prefix, commandTimeout, trustFor, onError, onRecover })
  const generations: Generations = shared ?? new LocalGenerations()
  const flights = new Flights()
  const stats: CacheStats = { hits: 0, misses: 0, joins: 0, bypasses: 0, unfit: 0 }
  const store = bentostore({ prefix }).useL1Layer(memory.asDriver())
  if (shared) store.useL2Layer(new RedisLayer(shared.link, `${prefix}:result`).asDriver())
  const layers = new BentoCache({ default: 'results', stores: { results: store } })

  async function execute<T>(run: () => Promise<T>): Promise<{ stored: Stored | undefined; value: T }> {
    stats.misses++
    const value = await run()
    const stored = toStored(value, Math.min(maxEntrySize, maxSize))
    if (stored === undefined) stats.unfit++
    // The copy has the type of what it copies, JSON being the contract of results.
    return { stored, value: stored === undefined ? value : (stored.value as T) }
  }

  async function lookUpOrRun<T>(id: string, ttl: number, run: () => Promise<T>): Promise<T> {
    let executed: { value: T } | undefined
    try {
      const stored = await layers.getOrSet<Stored | undefined>({
        key: id,
        ttl,
        factory: async ({ skip }) => {
          const result = await execute(run)
          executed = result
          return result.stored ?? skip()
        },
      })
      if (executed) return executed.value
      stats.hits++
      // From Redis: memory has a frozen copy by now, unless it had no room.
      return (memory.peek(id) ?? stored)?.value as T
    } catch (error) {
      throw error instanceof errors.E_FACTORY_ERROR ? error.cause : error
    }
  }

  return {
    stats,
    async getOrRun(key, { ttl, tags }, run, signal) {
      const id = keyOrNone(key)
      if (id === undefined) {
        stats.misses++
        stats.unfit++
        return run(signalOf(signal) ?? new AbortController().signal)
      }
      const names = tagNames(key, tags)
      const known = names.length === 0 ? '' : generations.current(names)
      const hit = known === undefined ? undefined : memory.peek(id + known)
      if (hit !== undefined) {
        stats.hits++
        // The key holds tool and version, so what is under it has their type.
        return hit.value as Awaited<ReturnType<typeof run>>
      }
      // Without generations, what was cleared here until now still keeps runs apart.
      const alone = `${id}?${shared?.changes}`
      const generation = known ?? (await generations.load(names))
      const flight = generation === undefined ? alone : id + generation
      if (flights.has(flight)) stats.joins++
      return flights.join(flight, signalOf(signal), async (shared) => {
        if (generation !== undefined) return lookUpOrRun(flight, ttl, () => run(shared))
        stats.bypasses++
        return (await execute(() => run(shared))).value
      })
    },
    clear: (tags, tenant) => generations.advance(clearedNames(tenant, tags)),
    async probe() {
      if (shared) await shared.link.probe()
    },
    async close() {
      shared?.link.close()
      await layers.disconnect()
    },
  }
}

function signalOf(signal: AbortSignal | (() => AbortSignal) | undefined): AbortSignal | undefined {
  return typeof signal === 'function' ? signal() : signal
}

function keyOrNone(key: CacheKey): string | undefined {
  try {
    return cacheKey(key)
  } catch {
    return undefined
  }
}
