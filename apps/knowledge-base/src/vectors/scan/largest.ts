/** The largest so many of all numbers that were added: a heap with the least of them on top. */
export class Largest {
  readonly #heap: Float64Array
  #count = 0

  constructor(count: number) {
    this.#heap = new Float64Array(count)
  }

  /** The least of them; -Infinity while there is room for more. */
  get least(): number {
    return this.#count < this.#heap.length ? Number.NEGATIVE_INFINITY : (this.#heap[0] as number)
  }

  add(value: number): void {
    if (this.#count < this.#heap.length) this.#rise(this.#count++, value)
    else if (value > this.least) this.#sink(value)
  }

  #rise(place: number, value: number): void {
    const heap = this.#heap
    let at = place
    while (at > 0) {
      const above = (at - 1) >> 1
      if ((heap[above] as number) <= value) break
      heap[at] = heap[above] as number
      at = above
    }
    heap[at] = value
  }

  /** From the top down, in place of the least. */
  #sink(value: number): void {
    const heap = this.#heap
    let at = 0
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (below + 1 < heap.length && (heap[below + 1] as number) < (heap[below] as number)) below += 1
      if ((heap[below] as number) >= value) break
      heap[at] = heap[below] as number
      at = below
    }
    heap[at] = value
  }
}
