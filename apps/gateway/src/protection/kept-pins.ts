import type { Redis } from 'ioredis'
import type { Replicas } from '../finding/replicas.ts'
import { KeptWords } from '../kept-words.ts'
import { isStronger, keyOf, Pin } from './pin.ts'
import type { Pins } from './pins.ts'

const LOOK_EVERY = 60_000

export interface KeptPins {
  /** Know what is kept already. Never rejects. */
  start(): Promise<void>
  /** Keep them and tell the other replicas. Resolves with whether that worked; it is made up for when Redis is back. */
  keep(pins: readonly Pin[]): Promise<boolean>
  close(): void
}

/** The pins of all replicas, in Redis. */
export function keepPins(
  redis: Redis,
  replicas: Replicas,
  name: string,
  pins: Pins,
  onError: (error: unknown) => void,
): KeptPins {
  const kept = new KeptWords<Pin>({
    ...{ redis, key: `atoll:gateway:${name}:pins`, lookEvery: LOOK_EVERY, onError },
    idOf: keyOf,
    parse: (value) => Pin.parse(value),
    counts: isStronger,
    known: () => pins.all,
    learn: (learned) => pins.learn(learned),
  })
  replicas.hear((word) => {
    if (word.kind === 'pins') void kept.look()
  })
  return {
    start: () => kept.start(),
    async keep(set) {
      const isKept = await kept.keep(set)
      // They are many: others are told to look.
      if (isKept) replicas.tell({ kind: 'pins' })
      return isKept
    },
    close: () => kept.close(),
  }
}
