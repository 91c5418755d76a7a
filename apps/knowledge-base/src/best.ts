import type { Scored } from './scored.ts'

/** The best so many of all that were offered, best first; equally good ones by passage. */
export class Best<Each extends Scored> {
  readonly #limit: number
  readonly #found: Each[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  get found(): readonly Each[] {
    return this.#found
  }

  /** What scores less than this has no place. */
  get bar(): number {
    const last = this.#found.length < this.#limit ? undefined : this.#found.at(-1)
    return last?.score ?? Number.NEGATIVE_INFINITY
  }

  offer(each: Each): void {
    const last = this.#found.at(-1)
    if (this.#found.length === this.#limit && last !== undefined && !precedes(each, last)) return
    this.#found.splice(this.#placeOf(each), 0, each)
    if (this.#found.length > this.#limit) this.#found.pop()
  }

  /** Found by halves: most of what is offered belongs to the end. */
  #placeOf(each: Each): number {
    let from = 0
    let to = this.#found.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (precedes(each, this.#found[middle] as Each)) to = middle
      else from = middle + 1
    }
    return from
  }
}

function precedes(a: Scored, b: Scored): boolean {
  return a.score > b.score || (a.score === b.score && a.passage < b.passage)
}
