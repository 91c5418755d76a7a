import type { Redis } from 'ioredis'
import type { Replicas } from '../finding/replicas.ts'
import { KeptWords } from '../kept-words.ts'
import { isNewer, Switch } from './switch.ts'
import type { Switches } from './switches.ts'

const LOOK_EVERY = 5_000

export interface KeptSwitches {
  /** Know what is kept already. Never rejects. */
  start(): Promise<void>
  /** Tell the other replicas and keep it. Resolves with whether that worked; it is made up for when Redis is back. */
  keep(word: Switch): Promise<boolean>
  close(): void
}

/** The switches of all replicas, in Redis. */
export function keepSwitches(
  redis: Redis,
  replicas: Replicas,
  name: string,
  switches: Switches,
  onError: (error: unknown) => void,
): KeptSwitches {
  const kept = new KeptWords<Switch>({
    ...{ redis, key: `atoll:gateway:${name}:switches`, lookEvery: LOOK_EVERY, onError },
    idOf: ({ what }) => what,
    parse: (value) => Switch.parse(value),
    counts: isNewer,
    known: () => switches.words,
    learn: (words) => void switches.learn(words),
  })
  replicas.hear((word) => {
    if (word.kind === 'switch') switches.learn([word.word])
  })
  return {
    start: () => kept.start(),
    keep(word) {
      // The word itself is told, so that nobody waits for Redis to have it.
      replicas.tell({ kind: 'switch', word })
      return kept.keep([word])
    },
    close: () => kept.close(),
  }
}
