import type { Redis } from 'ioredis'
import type { Replicas } from '../finding/replicas.ts'
import { redisReady } from '../redis-ready.ts'
import { isNewer, Switch } from './switch.ts'
import type { Switches } from './switches.ts'

/** Milliseconds between two looks at what is kept, for words that were missed. */
const LOOK_EVERY = 5_000
/** Milliseconds that the start waits for Redis. */
const PATIENCE = 1_000

export interface KeptSwitches {
  /** Know what is kept already. Never rejects. */
  start(): Promise<void>
  /** Tell the other replicas and keep it. Resolves with whether that worked; it is made up for when Redis is back. */
  keep(word: Switch): Promise<boolean>
  close(): void
}

/**
 * The words of all replicas, in Redis. Each replica knows them all, so a Redis that comes back empty is filled again, and
 * while it is away what was known goes on.
 */
export function keepSwitches(
  redis: Redis,
  replicas: Replicas,
  name: string,
  switches: Switches,
  onError: (error: unknown) => void,
): KeptSwitches {
  const key = `atoll:gateway:${name}:switches`
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  replicas.hear((word) => {
    if (word.kind === 'switch') switches.learn([word.word])
  })

  async function look(): Promise<void> {
    try {
      const kept = new Map(Object.values(await redis.hgetall(key)).flatMap(readWord))
      switches.learn([...kept.values()])
      const missing = switches.words.filter((word) => isNewer(word, kept.get(word.what)))
      for (const word of missing) await redis.hset(key, word.what, JSON.stringify(word))
    } catch (error) {
      if (!isClosed) onError(error)
    }
  }

  function readWord(text: string): [string, Switch][] {
    try {
      const word = Switch.parse(JSON.parse(text))
      return [[word.what, word]]
    } catch (error) {
      onError(error)
      return []
    }
  }

  async function lookAgain(): Promise<void> {
    clearTimeout(timer)
    await look()
    clearTimeout(timer)
    if (!isClosed) timer = setTimeout(lookAgain, LOOK_EVERY).unref()
  }

  return {
    async start() {
      await redisReady(redis, PATIENCE)
      await lookAgain()
      redis.on('ready', lookAgain)
    },
    async keep(word) {
      replicas.tell({ kind: 'switch', word })
      try {
        await redis.hset(key, word.what, JSON.stringify(word))
        return true
      } catch (error) {
        onError(error)
        return false
      }
    },
    close() {
      isClosed = true
      clearTimeout(timer)
      redis.off('ready', lookAgain)
    },
  }
}
