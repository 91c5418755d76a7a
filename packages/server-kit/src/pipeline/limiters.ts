import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible'
import { type Rate, rate } from '../define/units.ts'

/** Takes one call from a bucket. Resolves to seconds to wait when it is empty. */
export type Limiter = (key: string) => Promise<number | undefined>

export interface Limiters {
  /** A bucket per key, shared by all replicas where there is Redis. */
  limiter(name: string, limit: Rate): Limiter
}

/** Redis down: each replica counts on its own until it is back, so that callers are still limited. */
export function createLimiters(redis: Redis | undefined): Limiters {
  return {
    limiter(name, limit) {
      const { calls, seconds } = rate(limit)
      const options = { points: calls, duration: seconds, keyPrefix: `limit:${name}` }
      const memory = new RateLimiterMemory(options)
      const limiter = redis
        ? new RateLimiterRedis({
            ...options,
            storeClient: redis,
            insuranceLimiter: memory,
            inMemoryBlockOnConsumed: calls + 1,
            rejectIfRedisNotReady: true,
          })
        : memory
      return (key) => limiter.consume(key).then(ok, secondsToWait)
    },
  }
}

function ok(): undefined {}

function secondsToWait(refusal: RateLimiterRes | Error): number {
  // Anything but a refusal means that counting itself failed, and that must not fail the call open or hard.
  if (refusal instanceof Error) return 1
  return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
}
