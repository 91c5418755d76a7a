import { createResultCache, type ResultCache, type ResultCacheOptions } from '../../src/index.ts'

export interface WatchedCache extends ResultCache {
  /** Resolves when Redis answers for this cache. */
  live(): Promise<void>
  /** What `onError` was called with. */
  readonly errors: unknown[]
  readonly recoveries: number
}

/**
 * A cache whose reachability a test can wait for. What it knows of Redis it believes for an hour, so that only
 * messages and lost connections change its mind.
 */
export function watchedCache(
  name: string,
  redisUrl: string,
  options: Pick<ResultCacheOptions, 'trustFor' | 'commandTimeout'> = {},
): WatchedCache {
  const errors: unknown[] = []
  let recoveries = 0
  const cache = createResultCache({
    name,
    redisUrl,
    trustFor: 3_600_000,
    ...options,
    onError: (error) => errors.push(error),
    onRecover: () => recoveries++,
  })
  return {
    ...cache,
    errors,
    get recoveries() {
      return recoveries
    },
    async live() {
      for (;;) {
        try {
          return await cache.probe()
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 10))
        }
      }
    },
  }
}
