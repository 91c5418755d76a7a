import type { Redis } from 'ioredis'
import type { UseOnce } from '../interaction/request-state.ts'

const MOST = 100_000

/** Remembers ids until they expire: in Redis for all replicas, and here for when Redis is away. */
export function createUseOnce(redis: Redis | undefined, server: string): UseOnce {
  const seen = new Map<string, number>()
  return async (id, expiresAt) => {
    const known = seen.get(id)
    if (known !== undefined && known > Date.now()) return false
    if (seen.size >= MOST) dropExpired(seen)
    seen.set(id, expiresAt)
    if (!redis) return true
    try {
      const lifetime = Math.max(1, expiresAt - Date.now())
      return (await redis.set(`atoll:once:${server}:${id}`, '1', 'PX', lifetime, 'NX')) === 'OK'
    } catch {
      return true
    }
  }
}

function dropExpired(seen: Map<string, number>): void {
  const now = Date.now()
  for (const [id, expiresAt] of seen) if (expiresAt <= now) seen.delete(id)
  // Ids are added in the order of their expiry, so the first are the ones to give up.
  for (const id of seen.keys()) {
    if (seen.size < MOST) break
    seen.delete(id)
  }
}
