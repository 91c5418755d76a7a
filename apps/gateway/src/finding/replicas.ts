import type { Redis } from 'ioredis'
import { z } from 'zod'
import { Switch } from '../policy/switch.ts'
import { Lease } from './leases.ts'

const Word = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('lease'), lease: Lease }),
  /** An instance of this server is not what it was: it is worth a look. */
  z.object({ kind: z.literal('health'), server: z.string() }),
  /** Something was disabled or enabled. */
  z.object({ kind: z.literal('switch'), word: Switch }),
  /** Definitions of tools were pinned: they are kept in Redis. */
  z.object({ kind: z.literal('pins') }),
])
/** What one replica of the gateway tells the others. */
export type Word = z.output<typeof Word>

/** The other replicas of this gateway. */
export interface Replicas {
  tell(word: Word): void
  /** Words of the others only. */
  hear(listener: (word: Word) => void): void
  close(): void
}

/** A gateway that is alone, or does not know of others. */
export const nobodyElse: Replicas = { tell() {}, hear() {}, close() {} }

/** Replicas that share a Redis. `name` is the same for all of one gateway. With Redis away nobody hears anything. */
export function redisReplicas(redis: Redis, name: string, onError: (error: unknown) => void): Replicas {
  const channel = `atoll:gateway:${name}:words`
  const origin = crypto.randomUUID()
  const listeners = new Set<(word: Word) => void>()
  const subscriber = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null })
  subscriber.on('error', onError)
  subscriber.subscribe(channel).catch(onError)
  subscriber.on('message', (_channel: string, message: string) => {
    try {
      const { from, word } = JSON.parse(message) as { from: unknown; word: unknown }
      if (from === origin) return
      const parsed = Word.parse(word)
      for (const listener of listeners) listener(parsed)
    } catch (error) {
      onError(error)
    }
  })
  return {
    tell(word) {
      redis.publish(channel, JSON.stringify({ from: origin, word })).catch(onError)
    },
    hear(listener) {
      listeners.add(listener)
    },
    close() {
      listeners.clear()
      subscriber.disconnect()
    },
  }
}
