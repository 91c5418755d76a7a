import { redisReady, script } from '@atoll/limits'
import type { Redis } from 'ioredis'
import type { Lease, Leases } from './leases.ts'

/** Looks at what is kept in the life of a lease. */
const LOOKS = 3
/** Milliseconds that the start waits for Redis. */
const PATIENCE = 1_000

/**
 * Takes fields out of a hash that still hold what was read of them, by which each is followed: another replica may have
 * renewed a lease since.
 */
const dropUnchanged = script(`
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
end
`)

export interface KeptLeases {
  /** Read them all now, and then again and again. Never rejects. */
  start(): Promise<void>
  keep(lease: Lease): void
  close(): void
}

/**
 * The leases of all replicas, in Redis: for one that has just started, and for one that missed a word. While Redis
 * is away, what other replicas were told goes on, because nobody can say that it ended.
 */
export function keepLeases(
  redis: Redis,
  name: string,
  leases: Leases,
  onError: (error: unknown) => void,
): KeptLeases {
  const key = `atoll:gateway:${name}:leases`
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  async function read(): Promise<void> {
    try {
      const gone: string[] = []
      for (const [field, text] of Object.entries(await redis.hgetall(key))) {
        const lease = JSON.parse(text) as Lease
        if (lease.until <= Date.now()) gone.push(field, text)
        else leases.learn(lease)
      }
      if (gone.length > 0) await dropUnchanged(redis, [key], gone)
    } catch (error) {
      if (!isClosed) onError(error)
      leases.extendLearned()
    }
  }

  async function readAgain(): Promise<void> {
    await read()
    if (!isClosed) timer = setTimeout(readAgain, leases.lifetime / LOOKS).unref()
  }

  return {
    async start() {
      await redisReady(redis, PATIENCE)
      await readAgain()
    },
    keep(lease) {
      redis.hset(key, `${lease.server} ${lease.url}`, JSON.stringify(lease)).catch(onError)
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
