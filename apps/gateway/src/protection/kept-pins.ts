import type { Redis } from 'ioredis'
import type { Replicas } from '../finding/replicas.ts'
import { redisReady } from '../redis-ready.ts'
import { isStronger, keyOf, Pin } from './pin.ts'
import type { Pins } from './pins.ts'

/** Milliseconds between two looks at what is kept, for words that were missed. */
const LOOK_EVERY = 60_000
/** Milliseconds that the start waits for Redis. */
const PATIENCE = 1_000

export interface KeptPins {
  /** Know what is kept already. Never rejects. */
  start(): Promise<void>
  /** Keep them and tell the other replicas. Resolves with whether that worked; it is made up for when Redis is back. */
  keep(pins: readonly Pin[]): Promise<boolean>
  close(): void
}

/** The pins of all replicas, in Redis, which each of them fills again should it come back empty. */
export function keepPins(
  redis: Redis,
  replicas: Replicas,
  name: string,
  pins: Pins,
  onError: (error: unknown) => void,
): KeptPins {
  const key = `atoll:gateway:${name}:pins`
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  replicas.hear((word) => {
    if (word.kind === 'pins') void lookAgain()
  })

  async function look(): Promise<void> {
    try {
      const kept = new Map(Object.values(await redis.hgetall(key)).flatMap(readPin))
      pins.learn([...kept.values()])
      await write(pins.all.filter((pin) => isStronger(pin, kept.get(keyOf(pin)))))
    } catch (error) {
      if (!isClosed) onError(error)
    }
  }

  async function write(list: readonly Pin[]): Promise<void> {
    if (list.length > 0) await redis.hset(key, new Map(list.map((pin) => [keyOf(pin), JSON.stringify(pin)])))
  }

  function readPin(text: string): [string, Pin][] {
    try {
      const pin = Pin.parse(JSON.parse(text))
      return [[keyOf(pin), pin]]
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
    async keep(list) {
      try {
        await write(list)
        replicas.tell({ kind: 'pins' })
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
