import { fetchLists, type ListsOptions, type Sections } from './lists.ts'
import type { CallerCredentials } from './outbound.ts'

/** Milliseconds that a caller waits for a list they have seen before to become fresh. */
const PATIENCE = 200

type Options = Omit<ListsOptions, 'previous' | 'credentials'>

/** The lists of one server that are private, for one caller. Kept apart from all others. */
export class CallerLists {
  readonly #options: Options
  #sections: Sections = {}
  #fetching: Promise<void> | undefined
  #isSlow = false

  constructor(options: Options) {
    this.#options = options
  }

  get sections(): Sections {
    return this.#sections
  }

  /**
   * Make them fresh. Resolves at once or soon where something is known, and by the server's deadline where
   * nothing is. Never rejects. The credentials are those of the request at hand: earlier ones may have expired.
   */
  refresh(credentials: CallerCredentials): Promise<void> {
    const isKnown = Object.keys(this.#sections).length > 0
    this.#fetching ??= this.#fetch(credentials).finally(() => {
      this.#fetching = undefined
    })
    if (!isKnown) return this.#fetching
    return this.#isSlow ? Promise.resolve() : Promise.race([this.#fetching, after(PATIENCE)])
  }

  async #fetch(credentials: CallerCredentials): Promise<void> {
    const start = performance.now()
    const { sections } = await fetchLists({ ...this.#options, credentials, previous: this.#sections })
    this.#sections = sections
    this.#isSlow = performance.now() - start > PATIENCE
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
