import type { Allowance } from './allowance.ts'
import { Asking } from './asking.ts'
import { Counter } from './counter.ts'
import { KnownReplicas } from './known-replicas.ts'
import type { SharedCounts } from './shared-counts.ts'

/** Units that a call takes from one count. */
export interface Want {
  readonly counter: Counter
  readonly units: number
}

export interface Refusal {
  readonly counter: Counter
  /** Seconds, rounded up. */
  readonly retryAfter: number
}

export interface CountsOptions {
  /** Counts of all replicas together; this one is alone unless given. */
  readonly shared?: SharedCounts | undefined
  /** What a replica may use of each limit while they cannot count together, of so many known; one part of them unless given. */
  readonly share?: (replicas: number) => number
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
  /** Told when counting together ends and begins again. */
  readonly onAway?: (error: unknown) => void
  readonly onBack?: () => void
}

/** Milliseconds between two looks at what is held, at other replicas and, while it is away, at Redis. */
const LOOK_EVERY = 500
/** Looks after which those that nobody used are forgotten, and milliseconds that make them so. */
const FORGET_EVERY = 120
const IDLE = 120_000
/** Times that a call asks: others that wait may have taken what came. */
const ATTEMPTS = 3

/**
 * Takes units for calls from any number of counts, from all or from none. Where replicas count together, each takes units
 * in small portions before it uses them, so most calls need no round trip, and none is more than what was handed out.
 */
export class Counts {
  readonly #options: CountsOptions
  readonly #clock: () => number
  readonly #counters = new Map<string, Counter>()
  /** Those that have something for the shared count. */
  readonly #holding = new Set<Counter>()
  readonly #asking: Asking
  readonly #replicas = new KnownReplicas()
  #isAway = false
  #isTelling = false
  #version = 0
  #looks = 0
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: CountsOptions = {}) {
    this.#options = options
    const { shared, clock = Date.now } = options
    this.#clock = clock
    this.#asking = new Asking({ shared, clock, onFailure: (error) => this.#goAway(error) })
  }

  /** Whether this replica counts by itself though it should not, or has not told all of that yet. */
  get isAway(): boolean {
    return this.#isAway || this.#isTelling
  }
  /** Replicas known, this one included. */
  get replicas(): number {
    return this.#replicas.count
  }
  /** Changes when counters were forgotten: those kept elsewhere must be looked up again. */
  get version(): number {
    return this.#version
  }
  get size(): number {
    return this.#counters.size
  }

  /** Know the other replicas and keep in touch. Never rejects. */
  async start(): Promise<void> {
    await this.#options.shared?.ready()
    await this.#look()
    const again = async () => {
      await this.#look()
      if (!this.#isClosed) this.#timer = setTimeout(again, LOOK_EVERY).unref()
    }
    this.#timer = setTimeout(again, LOOK_EVERY).unref()
  }

  /** The count of a key; the same one for the same key and allowance. */
  counter(key: string, allowance: Allowance): Counter {
    const known = this.#counters.get(key)
    if (known && isSame(known.allowance, allowance)) return known
    const counter = new Counter(key, allowance)
    if (known && !this.#options.shared) inherit(counter, known, this.#clock())
    this.#counters.set(key, counter)
    return counter
  }

  /** Take from all, or from none and say which one refuses. Settles at once where no round trip is needed. */
  take(wants: readonly Want[]): Refusal | undefined | Promise<Refusal | undefined> {
    const now = this.#clock()
    const outcome = this.#try(wants, now)
    return outcome === ASK ? this.#askAndTake(wants, now) : outcome
  }

  /** The one that refuses without being asked, where that is known here. */
  knownRefusal(wants: readonly Want[]): Refusal | undefined {
    const now = this.#clock()
    for (const want of wants) {
      const refusal = this.#refusal(want, now)
      if (refusal && refusal !== ASK) return refusal
    }
    return undefined
  }

  /** What was taken at `takenAt` for a call that was not carried out. */
  giveBack(wants: readonly Want[], takenAt: number): void {
    const now = this.#clock()
    for (const { counter, units } of wants) {
      counter.giveBack(counter.cost(units), takenAt, now)
      this.#holding.add(counter)
    }
  }

  /** Bring what is known of these up to date. Never rejects. */
  async refresh(counters: readonly Counter[]): Promise<void> {
    const now = this.#clock()
    if (!this.#options.shared || this.#isAway) for (const each of counters) this.#goAlone(each, now)
    else await Promise.all(counters.map((counter) => this.#asking.ask(counter)))
  }

  /** Give back what is held. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    const { shared } = this.#options
    if (!shared || this.#isAway) return
    const now = this.#clock()
    for (const counter of this.#holding) counter.release(now)
    await this.#settle()
    await shared.leave().catch(() => {})
  }

  #try(wants: readonly Want[], now: number): Refusal | undefined | typeof ASK {
    let mustAsk = false
    for (const want of wants) {
      const refusal = this.#refusal(want, now)
      if (refusal === ASK) mustAsk = true
      else if (refusal) return refusal
    }
    if (mustAsk) return ASK
    for (const { counter, units } of wants) {
      counter.use(counter.cost(units), now)
      if (!this.#options.shared) continue
      this.#holding.add(counter)
      // Before there is nothing left, so that no call has to wait for it.
      if (counter.isShort(now)) void this.#asking.ask(counter)
    }
    return undefined
  }

  #refusal({ counter, units: asked }: Want, now: number): Refusal | undefined | typeof ASK {
    counter.roll(now)
    if (!this.#options.shared || this.#isAway) this.#goAlone(counter, now)
    // The others are back: what was used without them has to be told before more is.
    else if (counter.isAlone) return ASK
    const units = counter.cost(asked)
    if (counter.has(units, now)) return undefined
    const wait = counter.wait(units, now)
    return wait === undefined ? ASK : { counter, retryAfter: Math.max(1, Math.ceil(wait / 1000)) }
  }

  async #askAndTake(wants: readonly Want[], since: number): Promise<Refusal | undefined> {
    let now = since
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const short = wants.filter(
        ({ counter, units }) => counter.isAlone || !counter.has(counter.cost(units), now),
      )
      await Promise.all(
        short.map(({ counter, units }) => {
          const running = this.#asking.running(counter)
          if (running) return running
          counter.need(counter.cost(units))
          return this.#asking.ask(counter)
        }),
      )
      now = this.#clock()
      const outcome = this.#try(wants, now)
      if (outcome !== ASK) return outcome
    }
    const [first] = wants
    return first && { counter: first.counter, retryAfter: 1 }
  }

  #goAlone(counter: Counter, now: number): void {
    if (counter.isAlone) return
    const { shared, share = oneOf } = this.#options
    counter.goAlone(shared ? Math.min(1, share(this.replicas)) : 1, now)
    if (shared) this.#holding.add(counter)
  }

  #goAway(error: unknown): void {
    if (this.#isAway) return
    this.#isAway = true
    if (!this.#isClosed) this.#options.onAway?.(error)
  }

  async #look(): Promise<void> {
    const now = this.#clock()
    if (++this.#looks % FORGET_EVERY === 0) this.#forget(now)
    const { shared, onBack } = this.#options
    if (!shared) return
    try {
      this.#replicas.learn(await shared.greet(), now)
    } catch (error) {
      return this.#goAway(error)
    }
    const wasAway = this.#isAway
    this.#isAway = false
    this.#isTelling = wasAway
    if (wasAway) this.#doubt()
    for (const counter of this.#holding) counter.expire(now)
    await this.#settle()
    this.#isTelling = false
    if (wasAway && !this.#isAway) onBack?.()
  }

  /** Whatever was away may have lost what it counted; what is known here is told again. */
  #doubt(): void {
    for (const counter of this.#counters.values()) {
      counter.doubt()
      if (counter.isHolding) this.#holding.add(counter)
    }
  }

  /** Tell the shared counts what was used without them, and give back what was not used. */
  async #settle(): Promise<void> {
    const settling: Promise<void>[] = []
    for (const counter of this.#holding) {
      if (!counter.isHolding) this.#holding.delete(counter)
      else if (counter.hasNews) settling.push(this.#asking.ask(counter))
    }
    await Promise.all(settling)
  }

  #forget(now: number): void {
    for (const [key, counter] of this.#counters) {
      if (!counter.isIdle(now, IDLE)) continue
      this.#counters.delete(key)
      this.#version++
    }
  }
}

const ASK = Symbol('ask')

/** A quota that was changed goes on with what was used of it. */
function inherit(counter: Counter, before: Counter, now: number): void {
  if (counter.allowance.kind !== 'quota' || before.allowance.kind !== 'quota') return
  if (counter.allowance.period !== before.allowance.period) return
  counter.learnUsed(before.allowance.most - before.left(now), now)
}

function oneOf(replicas: number): number {
  return 1 / replicas
}

function isSame(one: Allowance, other: Allowance): boolean {
  if (one.kind === 'rate')
    return other.kind === 'rate' && one.burst === other.burst && one.perSecond === other.perSecond
  return other.kind === 'quota' && one.most === other.most && one.period === other.period
}
