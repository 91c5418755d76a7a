import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'

/** A Lua script by its hash; sent in full to a Redis that does not know it. */
export function script(text: string) {
  const hash = createHash('sha1').update(text).digest('hex')
  return async (redis: Redis, keys: readonly string[], args: readonly (string | number)[]) => {
    try {
      return await redis.evalsha(hash, keys.length, ...keys, ...args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return redis.eval(text, keys.length, ...keys, ...args)
    }
  }
}
