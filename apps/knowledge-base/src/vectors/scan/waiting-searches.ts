import type { HeldVectors } from './held-vectors.ts'
import type { Found } from './messages.ts'
import { nearest } from './nearest.ts'
import type { Sought } from './search.ts'

interface Waiting {
  id: number
  held: HeldVectors
  sought: Sought
}

/** More in one pass would make the first wait for the last. */
const TOGETHER = 16

/** Searches that arrive while one runs are run together: one pass over memory serves all of the same tenant. */
export class WaitingSearches {
  readonly #reply: (id: number, find: () => Found) => void
  #waiting: Waiting[] = []
  #scheduled = false

  constructor(reply: (id: number, find: () => Found) => void) {
    this.#reply = reply
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting)
    this.#schedule()
  }

  cancel(id: number): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.id !== id)
  }

  /** After all messages that have arrived. */
  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#run()
      this.#schedule()
    })
  }

  #run(): void {
    const held = this.#waiting[0]?.held
    if (held === undefined) return
    const together = this.#waiting.filter((waiting) => waiting.held === held).slice(0, TOGETHER)
    this.#waiting = this.#waiting.filter((waiting) => !together.includes(waiting))
    const found = attempt(() =>
      nearest(
        held,
        together.map(({ sought }) => sought),
      ),
    )
    for (const [index, { id }] of together.entries()) {
      this.#reply(id, () => {
        const near = found()[index] ?? []
        return {
          passages: Float64Array.from(near, ({ passage }) => passage),
          similarities: Float64Array.from(near, ({ similarity }) => similarity),
        }
      })
    }
  }
}

/** Run once; answers or throws the same every time. */
function attempt<T>(run: () => T): () => T {
  try {
    const result = run()
    return () => result
  } catch (error) {
    return () => {
      throw error
    }
  }
}
