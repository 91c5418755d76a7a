import { redisReady } from '@atoll/limits'
import type { Redis } from 'ioredis'

/** What every replica knows and Redis keeps: words about things, of which the one that counts more stays. */
export interface KeptWordsOptions<Word> {
  readonly redis: Redis
  /** The hash that holds them. */
  readonly key: string
  /** Milliseconds between two looks at what is kept, for words that were missed. */
  readonly lookEvery: number
  /** What a word is about. */
  readonly idOf: (word: Word) => string
  /** Throws for what is none. */
  readonly parse: (value: unknown) => Word
  /** Whether a word counts more than the one that is kept. */
  readonly counts: (word: Word, than: Word | undefined) => boolean
  /** What is known here. */
  readonly known: () => readonly Word[]
  readonly learn: (words: readonly Word[]) => void
  readonly onError: (error: unknown) => void
}

/** Milliseconds that the start waits for Redis. */
const PATIENCE = 1_000

/**
 * Keeps words in Redis and learns those of other replicas. Each replica knows them all, so a Redis that comes back empty is
 * filled again, and while it is away what was known goes on.
 */
export class KeptWords<Word> {
  readonly #options: KeptWordsOptions<Word>
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: KeptWordsOptions<Word>) {
    this.#options = options
  }

  /** Know what is kept already. Never rejects. */
  async start(): Promise<void> {
    const { redis } = this.#options
    await redisReady(redis, PATIENCE)
    await this.look()
    redis.on('ready', this.#onReady)
  }

  /** Learn what is kept and keep what is missing there; then again after a while. Never rejects. */
  async look(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#exchange()
    clearTimeout(this.#timer)
    if (!this.#isClosed) this.#timer = setTimeout(() => this.look(), this.#options.lookEvery).unref()
  }

  /** Resolves with whether they are kept; it is made up for when Redis is back. */
  async keep(words: readonly Word[]): Promise<boolean> {
    try {
      await this.#write(words)
      return true
    } catch (error) {
      this.#options.onError(error)
      return false
    }
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#options.redis.off('ready', this.#onReady)
  }

  readonly #onReady = () => void this.look()

  async #exchange(): Promise<void> {
    const { redis, key, idOf, counts, known, learn, onError } = this.#options
    try {
      const kept = new Map(
        Object.values(await redis.hgetall(key))
          .flatMap((text) => this.#read(text))
          .map((word) => [idOf(word), word]),
      )
      learn([...kept.values()])
      await this.#write(known().filter((word) => counts(word, kept.get(idOf(word)))))
    } catch (error) {
      if (!this.#isClosed) onError(error)
    }
  }

  async #write(words: readonly Word[]): Promise<void> {
    const { redis, key, idOf } = this.#options
    if (words.length === 0) return
    await redis.hset(key, new Map(words.map((word) => [idOf(word), JSON.stringify(word)])))
  }

  #read(text: string): Word[] {
    const { parse, onError } = this.#options
    try {
      return [parse(JSON.parse(text))]
    } catch (error) {
      onError(error)
      return []
    }
  }
}
