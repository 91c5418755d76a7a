import type { Principal } from '@atoll/auth'
import { canonicalText } from '@atoll/cache'
import type { Result } from '@atoll/client'
import { AppError, ERROR_META_KEY } from '@atoll/errors'
import type { CountedSeries } from '@atoll/telemetry'
import { LRUCache } from 'lru-cache'
import { authorizationContext } from '../authorization-context.ts'
import type { Entry } from '../entry.ts'
import { isAway } from '../failure.ts'
import { asStale } from './as-stale.ts'
import { Writes } from './writes.ts'

export interface StaleAnswersOptions {
  /** Milliseconds that an answer may be given again. */
  readonly keepFor: number
  readonly given: CountedSeries
  /** Bytes of JSON of all answers, and of one. */
  readonly maxSize?: number
  readonly maxEntrySize?: number
  readonly clock?: () => number
}

export interface Question {
  /** What is known of the tool; undefined counts as one that acts. */
  readonly entry: Entry | undefined
  readonly args: unknown
  readonly principal: Principal
  /** Whether the answer hangs on what somebody was asked; known when it is there. */
  isAnswered?(): boolean
}

interface Kept {
  readonly json: string
  readonly at: number
}

const KB = 1024
/** Milliseconds that a task is taken to go on whose server does not say how long it keeps it. */
const LONGEST_TASK = 24 * 60 * 60_000
const CODES_OF_ABSENCE: ReadonlySet<unknown> = new Set(['UNAVAILABLE', 'TIMEOUT'])

/**
 * The last good answers of one server's tools that only read and may be cached, each for the very caller it was given
 * to. One is given again, marked, only while the server cannot be reached, and never after anybody of the same tenant
 * has changed something there, nor while a task that they began may still do so.
 */
export class StaleAnswers {
  readonly #options: StaleAnswersOptions
  readonly #clock: () => number
  readonly #kept: LRUCache<string, Kept>
  readonly #writes: Writes

  constructor(options: StaleAnswersOptions) {
    const { maxSize = 8 * KB * KB, clock = Date.now } = options
    this.#options = options
    this.#clock = clock
    this.#kept = new LRUCache({ maxSize })
    this.#writes = new Writes(() => this.#kept.clear())
  }

  /** What the server answers; where it cannot be reached what it answered before. Throws what `ask` throws. */
  async answer(question: Question, ask: () => Promise<Result>): Promise<Result> {
    const { entry, principal } = question
    const { tenant } = principal
    if (!entry?.isReadOnly) return this.#write(tenant, ask)
    if (!entry.isCacheable || this.#writes.isUnderWay(tenant, this.#clock())) return ask()
    // Read first: what was asked before a change must not be kept after it.
    const key = this.#keyOf(entry, question)
    try {
      const result = await ask()
      // What hangs on an answer is for one call alone (MCP server/utilities/caching).
      if (question.isAnswered?.()) return result
      if (isAbsence(result)) return this.#again(key, 'The server cannot answer right now.') ?? result
      if (result.isError !== true && result.resultType === undefined) this.#keep(key, result)
      return result
    } catch (error) {
      const mayRepeat = isAway(error) && !question.isAnswered?.()
      const stale = mayRepeat ? this.#again(key, messageOf(error)) : undefined
      if (stale) return stale
      throw error
    }
  }

  async #write(tenant: string, ask: () => Promise<Result>): Promise<Result> {
    const result = await this.#writes.during(tenant, ask)
    if (result.resultType === 'task') {
      const { ttlMs } = result
      this.#writes.goesOn(tenant, this.#clock() + (typeof ttlMs === 'number' ? ttlMs : LONGEST_TASK))
    }
    return result
  }

  #keyOf({ original }: Entry, { args, principal }: Question): string {
    const changes = this.#writes.of(principal.tenant)
    return `${changes} ${authorizationContext(principal)} ${canonicalText([original, args])}`
  }

  #keep(key: string, result: Result): void {
    const { maxEntrySize = 256 * KB } = this.#options
    const json = JSON.stringify(result)
    const size = json.length + key.length
    if (size > maxEntrySize) this.#kept.delete(key)
    else this.#kept.set(key, { json, at: this.#clock() }, { size })
  }

  #again(key: string, why: string): Result | undefined {
    const kept = this.#kept.get(key)
    if (!kept) return undefined
    const age = this.#clock() - kept.at
    if (age > this.#options.keepFor) {
      this.#kept.delete(key)
      return undefined
    }
    this.#options.given.inc()
    return asStale(JSON.parse(kept.json), { age, why })
  }
}

/** A server of the kit says by itself that what it needs is away. */
function isAbsence({ isError, _meta: meta }: Result): boolean {
  if (isError !== true || typeof meta !== 'object' || meta === null) return false
  const said: unknown = Reflect.get(meta, ERROR_META_KEY)
  return typeof said === 'object' && said !== null && CODES_OF_ABSENCE.has(Reflect.get(said, 'code'))
}

function messageOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'The server cannot be reached right now.'
}
