import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import type { Generations } from './generations.ts'
import { RedisLink } from './redis-link.ts'

export interface SharedGenerationsOptions {
  url: string
  /** Of all keys and of the channel. */
  prefix: string
  commandTimeout: number
  /** Milliseconds a generation is believed without asking; bounds what a lost message can do. */
  trustFor: number
  /** Called once each time Redis goes away. */
  onError(error: unknown): void
  /** Called once each time it is back. */
  onRecover(): void
  /** Called each time it begins to answer, the first included. */
  onLive?(): void
}

/** Longer than entries live, so that it seldom ends early; ending early only costs a miss. */
const KEPT_FOR = 7 * 24 * 3_600_000
/** Clearings remembered while Redis is away. */
const MAX_PENDING = 10_000

/** Generations that all processes with one Redis share. */
export class SharedGenerations implements Generations {
  readonly link: RedisLink
  readonly #prefix: string
  readonly #channel: string
  readonly #trustFor: number
  readonly #known = new LRUCache<string, Known>({ max: 20_000 })
  readonly #pending = new Set<string>()
  /** Counts changes heard of, so that an answer that crossed one on its way is not believed. */
  #changes = 0

  constructor(options: SharedGenerationsOptions) {
    const { url, prefix, commandTimeout, trustFor, onError, onRecover } = options
    this.#trustFor = trustFor
    this.#prefix = `${prefix}:tag:`
    this.#channel = `${prefix}:cleared`
    let wasAway = false
    this.link = new RedisLink({
      url,
      name: prefix,
      channel: this.#channel,
      commandTimeout,
      onMessage: (message) => this.#forget(tagsOf(message)),
      isSettled: () => this.#pending.size === 0,
      settle: (commands) => this.#publishPending(commands),
      onLive: () => {
        options.onLive?.()
        if (wasAway) onRecover()
        wasAway = false
      },
      onAway: (error) => {
        this.#known.clear()
        this.#changes++
        if (!wasAway) onError(error)
        wasAway = true
      },
    })
  }

  current(tags: readonly string[]): string | undefined {
    if (!this.link.isLive) return undefined
    const now = performance.now()
    let text = this.link.runId
    let isFresh = true
    for (const tag of tags) {
      const known = this.#known.get(tag)
      if (known === undefined || now - known.at > this.#trustFor) return undefined
      // Asked for again in the background half-way, so that busy callers never wait.
      if (now - known.at > this.#trustFor / 2 && !known.isAsked) {
        known.isAsked = true
        isFresh = false
      }
      text += `.${known.generation}`
    }
    if (!isFresh) void this.load(tags)
    return text
  }

  async load(tags: readonly string[]): Promise<string | undefined> {
    if (!this.link.isLive) return undefined
    const before = this.#changes
    const at = performance.now()
    const { runId } = this.link
    let generations: string[]
    try {
      generations = await this.link.run((commands) => this.#read(commands, tags))
    } catch {
      return undefined
    }
    if (this.#changes === before) {
      for (const [index, tag] of tags.entries())
        this.#known.set(tag, { generation: generations[index] ?? '', at, isAsked: false })
    }
    return [runId, ...generations].join('.')
  }

  async advance(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return
    this.#forget(tags)
    try {
      if (!this.link.isLive) throw new Error('Redis is away')
      await this.link.run((commands) => this.#publish(commands, tags))
    } catch {
      for (const tag of tags) if (this.#pending.size < MAX_PENDING) this.#pending.add(tag)
    }
  }

  /** Counts changes; part of the key of runs that can't be cached, so that none is joined across a clearing. */
  get changes(): number {
    return this.#changes
  }

  #forget(tags: readonly string[]): void {
    this.#changes++
    for (const tag of tags) this.#known.delete(tag)
  }

  async #read(commands: Redis, tags: readonly string[]): Promise<string[]> {
    const keys = tags.map((tag) => this.#prefix + tag)
    const found = await commands.mget(keys)
    if (found.every((each) => each !== null)) return found
    // Whoever writes first decides; everybody reads what was decided.
    const pipeline = commands.pipeline()
    for (const [index, key] of keys.entries()) {
      if (found[index] === null) pipeline.set(key, newGeneration(), 'PX', KEPT_FOR, 'NX')
    }
    pipeline.mget(keys)
    const results = await answers(pipeline.exec())
    return (results.at(-1) as (string | null)[]).map((each) => each ?? newGeneration())
  }

  async #publish(commands: Redis, tags: readonly string[]): Promise<void> {
    const pipeline = commands.pipeline()
    for (const tag of tags) pipeline.set(this.#prefix + tag, newGeneration(), 'PX', KEPT_FOR)
    pipeline.publish(this.#channel, JSON.stringify(tags))
    await answers(pipeline.exec())
  }

  async #publishPending(commands: Redis): Promise<void> {
    const tags = [...this.#pending]
    await this.#publish(commands, tags)
    for (const tag of tags) this.#pending.delete(tag)
  }
}

interface Known {
  readonly generation: string
  readonly at: number
  isAsked: boolean
}

// Generations are never reused, not even after the key has expired or was evicted.
function newGeneration(): string {
  return randomUUID()
}

async function answers(replies: ReturnType<ReturnType<Redis['pipeline']>['exec']>): Promise<unknown[]> {
  return ((await replies) ?? []).map(([error, value]) => {
    if (error) throw error
    return value
  })
}

/** Anything may be published on a channel. */
function tagsOf(message: string): string[] {
  try {
    const tags: unknown = JSON.parse(message)
    return Array.isArray(tags) ? tags.filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}
