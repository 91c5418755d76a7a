/** Milliseconds in which what was known comes to weigh half. */
const FADES_IN = 1_000
/** How much one answer weighs at least, however close it is on the one before. */
const LEAST_WEIGHT = 0.1

/**
 * How long somebody takes to answer, of late. What is not renewed fades, so that whoever was slow once is asked
 * again soon.
 */
export class Latency {
  readonly #clock: () => number
  #value = 0
  #at = 0
  #isWarm = false

  /** The clock is read for every choice, and a cheap one is good enough. */
  constructor(clock: () => number = Date.now) {
    this.#clock = clock
  }

  /** Milliseconds; 0 until something is known. */
  get value(): number {
    if (this.#value === 0) return 0
    return (this.#value * FADES_IN) / (FADES_IN + this.#age(this.#clock()))
  }

  add(milliseconds: number): void {
    const now = this.#clock()
    const age = this.#age(now)
    if (this.#value > 0)
      this.#value += (milliseconds - this.#value) * Math.max(LEAST_WEIGHT, age / (age + FADES_IN))
    // The first answer tells more of opening connections than of the one who answers.
    else if (this.#isWarm) this.#value = milliseconds
    this.#isWarm = true
    this.#at = now
  }

  /** Whoever was not waited for any longer takes at least so long. */
  addAtLeast(milliseconds: number): void {
    if (milliseconds > this.value) this.add(milliseconds)
  }

  /** A clock that is set back does not make anything young. */
  #age(now: number): number {
    return Math.max(0, now - this.#at)
  }
}
