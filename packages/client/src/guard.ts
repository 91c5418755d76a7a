import { type CircuitBreakerPolicy, CircuitState, CountBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import { type Place, Room } from './room.ts'

export interface GuardOptions {
  /** Requests at once; one more is refused. */
  readonly capacity: number
  /** Milliseconds that an open breaker lets nothing through, before it lets one request try. After each that fails, longer. */
  readonly opensFor: number
  /** For how many failures an error counts: 0 when the instance answered all the same, undefined when it tells nothing of it. */
  weigh(error: unknown): number | undefined
  /** Told when the breaker opens or closes. */
  onChange(): void
}

export type BreakerState = 'closed' | 'open' | 'half-open'

/** Opens when more than half of so many requests fail, once there were enough of them. */
const SAMPLE = { threshold: 0.5, size: 20, minimumNumberOfCalls: 10 }

/** How many times as long it stays open, the first time and after each request that tried in vain: trying costs others too. */
const LONGER = [1, 2, 4]

/** When a request may try is decided here alone: the policy looks at the wall clock, and takes whatever time it shows. */
const AT_ONCE = Number.NEGATIVE_INFINITY

/** Circuit breaker and room of one instance. Whoever asks first whether it is shut is never kept waiting by it. */
export class Guard {
  readonly #options: GuardOptions
  readonly #room: Room
  #breaker: CircuitBreakerPolicy
  /** On the monotonic clock: a wall clock that is set back would keep it open for as long. */
  #openUntil = 0
  /** How often it opened since it was last closed, as far as that makes a difference. */
  #failed = 0
  #reason: unknown
  /** A request that tries and fails opens the breaker anew, which is no news. */
  #isKnownOpen = false

  constructor(options: GuardOptions) {
    this.#options = options
    this.#room = new Room(options.capacity)
    this.#breaker = this.#createBreaker()
  }

  get state(): BreakerState {
    const { state } = this.#breaker
    if (state === CircuitState.Closed) return 'closed'
    return state === CircuitState.HalfOpen ? 'half-open' : 'open'
  }
  /** What opened the breaker last. */
  get reason(): unknown {
    return this.#reason
  }
  /** The breaker lets nothing through: it is open, or the request that tries is still under way. */
  get isOpen(): boolean {
    const { state } = this.#breaker
    if (state === CircuitState.Closed) return false
    return state === CircuitState.HalfOpen || performance.now() < this.#openUntil
  }
  get isFull(): boolean {
    return this.#room.isFull
  }

  /** Only to be called when it is neither open nor full. */
  async run<T>(work: (place: Place) => Promise<T>): Promise<T> {
    const breaker = this.#breaker
    const place = this.#room.enter()
    const inPlace = () => work(place)
    try {
      return await breaker.execute(
        breaker.state === CircuitState.Closed ? inPlace : () => this.#try(breaker, inPlace),
      )
    } finally {
      place.leave()
    }
  }

  /** What opened the breaker is known to be over. */
  reset(): void {
    if (this.#breaker.state === CircuitState.Closed) return
    this.#breaker = this.#createBreaker()
    this.#failed = 0
    this.#isKnownOpen = false
    this.#options.onChange()
  }

  /** The policy takes every error that does not count for a success: one that tells nothing leaves it to the next request to try. */
  async #try<T>(breaker: CircuitBreakerPolicy, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (this.#breaker === breaker && this.#options.weigh(error) === undefined)
        this.#breaker = this.#createBreaker(breaker.toJSON())
      throw error
    }
  }

  #createBreaker(initialState?: unknown): CircuitBreakerPolicy {
    const { opensFor, weigh, onChange } = this.#options
    const samples = new CountBreaker(SAMPLE)
    const counts = (error: unknown) => {
      const weight = weigh(error) ?? 0
      // The last one is counted by the breaker itself, which then sees them all.
      for (let more = 1; more < weight; more++) samples.failure(CircuitState.Closed)
      return weight > 0
    }
    const options = { breaker: samples, halfOpenAfter: AT_ONCE, initialState }
    const breaker = circuitBreaker(handleWhen(counts), options)
    breaker.onBreak((reason) => {
      // One that was replaced still hears how the requests end that it let through.
      if (this.#breaker !== breaker) return
      this.#openUntil = performance.now() + (LONGER[this.#failed] ?? 1) * opensFor
      this.#failed = Math.min(this.#failed + 1, LONGER.length - 1)
      this.#reason = 'error' in reason ? reason.error : undefined
      if (!this.#isKnownOpen) onChange()
      this.#isKnownOpen = true
    })
    breaker.onReset(() => {
      if (this.#breaker !== breaker) return
      this.#failed = 0
      this.#isKnownOpen = false
      onChange()
    })
    return breaker
  }
}
