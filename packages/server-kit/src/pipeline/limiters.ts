import type { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible'
import { type Rate, rate } from '../define/units.ts'

/** Takes one call from a bucket. Resolves to seconds to wait when it is empty. */
export interface Limiter {
  (key: string): Promise<number | undefined>
  /** The same without taking any. */
  wait(key: string): Promise<number | undefined>
}

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
      const take = (key: string) => limiter.consume(key).then(ok, secondsToWait)
      const wait = (key: string) =>
        limiter
          .get(key)
          .then(
            (state) => (state && state.remainingPoints < 1 ? secondsToWait(state) : undefined),
            secondsToWait,
          )
      return Object.assign(take, { wait })
    },
  }
}

function ok(): undefined {}

function secondsToWait(refusal: RateLimiterRes | Error): number {
  // Anything but a refusal means that counting itself failed, and that must not fail the call open or hard.
  if (refusal instanceof Error) return 1
  return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
}
