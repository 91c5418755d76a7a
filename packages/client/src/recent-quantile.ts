/** Worked out anew after so many values: sorting for each would cost more than it tells. */
const EVERY = 50

/** A quantile of the last values. */
export class RecentQuantile {
  readonly #rank: number
  readonly #values: Float64Array
  readonly #sorted: Float64Array
  readonly #enough: number
  #count = 0
  #value: number | undefined

  /** `rank` is 0.95 for p95; of the last `size` values, once there are `enough`. */
  constructor(rank: number, size = 400, enough = 100) {
    this.#rank = rank
    this.#values = new Float64Array(size)
    this.#sorted = new Float64Array(size)
    this.#enough = enough
  }

  /** Undefined until enough is known. */
  get value(): number | undefined {
    return this.#value
  }

  add(value: number): void {
    this.#values[this.#count % this.#values.length] = value
    this.#count++
    if (this.#count >= this.#enough && this.#count % EVERY === 0) this.#value = this.#measure()
  }

  #measure(): number | undefined {
    const known = Math.min(this.#count, this.#values.length)
    this.#sorted.set(this.#values)
    return this.#sorted.subarray(0, known).sort()[Math.floor(known * this.#rank)]
  }
}
