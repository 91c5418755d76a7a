/** How much one answer weighs against all before it. */
const WEIGHT = 0.2

/** A moving average of milliseconds. */
export class Latency {
  #value = 0
  #isWarm = false

  /** 0 until something is known. */
  get value(): number {
    return this.#value
  }

  add(milliseconds: number): void {
    if (this.#value > 0) this.#value += (milliseconds - this.#value) * WEIGHT
    // The first answer tells more of opening connections than of the one who answers.
    else if (this.#isWarm) this.#value = milliseconds
    this.#isWarm = true
  }

  /** It can be as quick as this: somebody who was slow once and is not asked since is not slow for ever. */
  atMost(milliseconds: number): void {
    if (milliseconds < this.#value) this.#value = Math.max(milliseconds, this.#value / 2)
  }
}
