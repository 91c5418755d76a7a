/** How much one answer weighs against all before it. */
const WEIGHT = 0.2

/** A moving average of milliseconds. */
export class Latency {
  #value = 0

  /** 0 until something was added. */
  get value(): number {
    return this.#value
  }

  add(milliseconds: number): void {
    this.#value = this.#value === 0 ? milliseconds : this.#value + (milliseconds - this.#value) * WEIGHT
  }
}
