import { redisReady, script } from '@atoll/limits'
import type { Redis } from 'ioredis'
import { Lease, type Leases } from './leases.ts'

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
/** Sets a field of a hash that still holds what was read of it, or is still not there (''). ARGV: field, that, new value. */
const setUnchanged = script(`
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`)

export interface KeptLeasesOptions {
  readonly redis: Redis
  /** The same for all replicas of this gateway. */
  readonly name: string
  readonly leases: Leases
  /** Tells the other replicas what none of them may have heard. */
  tell(lease: Lease): void
  onError(error: unknown): void
}

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
export function keepLeases({ redis, name, leases, tell, onError }: KeptLeasesOptions): KeptLeases {
  const key = `atoll:gateway:${name}:leases`
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  async function read(): Promise<void> {
    try {
      const gone: string[] = []
      const kept = new Map<string, { lease: Lease; text: string }>()
      for (const [field, text] of Object.entries(await redis.hgetall(key))) {
        const lease = readable(text)
        // Of another version, say: the others count all the same.
        if (!lease) onError(new TypeError(`The lease ${field} cannot be read`))
        else if (lease.until <= Date.now()) gone.push(field, text)
        else {
          leases.learn(lease)
          kept.set(field, { lease, text })
        }
      }
      if (gone.length > 0) await dropUnchanged(redis, [key], gone)
      for (const goodbye of leases.goodbyes) await sayAgain(goodbye, kept.get(fieldOf(goodbye)))
    } catch (error) {
      if (!isClosed) onError(error)
      leases.extendLearned()
    }
  }

  /** A goodbye that was said while Redis was away may have been the last word; heartbeats come again by themselves. */
  async function sayAgain(goodbye: Lease, kept: { lease: Lease; text: string } | undefined): Promise<void> {
    const isSaid = kept?.lease.state === 'draining' || (kept && kept.lease.instance !== goodbye.instance)
    if (isSaid) return
    const change = [fieldOf(goodbye), kept?.text ?? '', JSON.stringify(goodbye)]
    if ((await setUnchanged(redis, [key], change)) === 1) tell(goodbye)
  }

  async function look(): Promise<void> {
    clearTimeout(timer)
    await read()
    // It may have become ready meanwhile, and be looked at twice.
    clearTimeout(timer)
    if (!isClosed) timer = setTimeout(look, leases.lifetime / LOOKS).unref()
  }

  const onReady = () => void look()

  return {
    async start() {
      await redisReady(redis, PATIENCE)
      if (!isClosed) redis.on('ready', onReady)
      await look()
    },
    keep(lease) {
      redis.hset(key, fieldOf(lease), JSON.stringify(lease)).catch(onError)
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      redis.off('ready', onReady)
    },
  }
}

function readable(text: string): Lease | undefined {
  try {
    return Lease.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

function fieldOf({ server, url }: Lease): string {
  return `${server} ${url}`
}
