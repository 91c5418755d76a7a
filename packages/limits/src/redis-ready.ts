import type { Redis } from 'ioredis'

/** Resolves when Redis is ready, or when it has been waited for long enough. Never rejects. */
export function redisReady(redis: Redis, milliseconds: number): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      redis.off('ready', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    redis.once('ready', done)
  })
}
