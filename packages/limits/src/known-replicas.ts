/** Milliseconds for which replicas that are not heard of any more still count. */
const BELIEVED = 10_000

/** How many replicas count together, as far as this one knows. */
export class KnownReplicas {
  #count = 1
  #at = Number.NEGATIVE_INFINITY

  /** This one included. */
  get count(): number {
    return this.#count
  }

  /** Fewer are believed only after a while: after Redis was away, not all come back at once. */
  learn(count: number, now: number): void {
    if (count < this.#count && now - this.#at < BELIEVED) return
    this.#count = count
    this.#at = now
  }
}
