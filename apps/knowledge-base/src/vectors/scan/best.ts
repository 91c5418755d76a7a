import type { Near } from '../vector-index.ts'

/** The best so many of all that were offered, best first; equally near ones by passage. */
export class Best {
  readonly #limit: number
  readonly #found: Near[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  get found(): readonly Near[] {
    return this.#found
  }

  /** What is less near than this has no place. */
  get bar(): number {
    const last = this.#found.length < this.#limit ? undefined : this.#found.at(-1)
    return last?.similarity ?? Number.NEGATIVE_INFINITY
  }

  offer(near: Near): void {
    const last = this.#found.at(-1)
    if (this.#found.length === this.#limit && last !== undefined && !precedes(near, last)) return
    this.#found.splice(this.#placeOf(near), 0, near)
    if (this.#found.length > this.#limit) this.#found.pop()
  }

  /** Found by halves: most of what is offered belongs to the end. */
  #placeOf(near: Near): number {
    let from = 0
    let to = this.#found.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (precedes(near, this.#found[middle] as Near)) to = middle
      else from = middle + 1
    }
    return from
  }
}

function precedes(a: Near, b: Near): boolean {
  return a.similarity > b.similarity || (a.similarity === b.similarity && a.passage < b.passage)
}
