export interface GateOptions {
  /** Calls at once, while the process keeps up. */
  readonly most: number
  /** Milliseconds that the event loop may be late before fewer are taken. */
  readonly maxDelay: number
}

/** Calls at once that are always taken: with fewer in flight it is not they that keep the process busy. */
const LEAST = 32
const SHRINKS_TO = 0.8
const GROWS_BY = 0.05

/**
 * How many calls may be in flight. While the event loop is late there may be fewer of them, step by step, until it is
 * not; then more again. So the calls that are taken are answered in time, and the rest learn at once that they are not.
 */
export class Gate {
  readonly #options: GateOptions
  #limit: number
  #inFlight = 0
  #asked = 0

  constructor(options: GateOptions) {
    this.#options = options
    this.#limit = options.most
  }

  get inFlight(): number {
    return this.#inFlight
  }
  get limit(): number {
    return this.#limit
  }

  /** Whether there is room for one more; it then counts until `leave`. */
  enter(): boolean {
    if (this.#inFlight >= this.#limit) return false
    this.#inFlight++
    return true
  }

  leave(): void {
    this.#inFlight--
  }

  /** A call whose caller is asked something: it does not count until `comeBack`. As many may be out as may be in. */
  goOut(): boolean {
    if (this.#asked >= this.#options.most) return false
    this.#asked++
    this.#inFlight--
    return true
  }

  comeBack(): void {
    this.#asked--
    this.#inFlight++
  }

  /** The event loop was so many milliseconds late of late. */
  adapt(delay: number): void {
    const { most, maxDelay } = this.#options
    if (delay > maxDelay) {
      const fewer = Math.floor(Math.min(this.#limit, this.#inFlight) * SHRINKS_TO)
      this.#limit = Math.min(most, Math.max(LEAST, fewer))
    } else if (this.#limit < most) {
      this.#limit = Math.min(most, Math.ceil(this.#limit + most * GROWS_BY))
    }
  }
}
