import type { ListKind } from '@atoll/client'
import { fetchLists, KINDS, type ListsOptions, type Sections } from './lists.ts'
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
  /** Those that changed since they were last asked for. */
  #dropped = new Set<ListKind>()

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

  /** Not fresh any more, nor is what is on its way. */
  drop(kinds: readonly ListKind[]): void {
    for (const kind of kinds) this.#dropped.add(kind)
    this.#sections = this.#withoutDropped(this.#sections)
  }

  async #fetch(credentials: CallerCredentials): Promise<void> {
    const start = performance.now()
    this.#dropped = new Set()
    const { sections } = await fetchLists({ ...this.#options, credentials, previous: this.#sections })
    this.#sections = this.#withoutDropped(sections)
    this.#isSlow = performance.now() - start > PATIENCE
  }

  /** What was dropped is kept for whoever cannot wait, but is not fresh. */
  #withoutDropped(sections: Sections): Sections {
    const stale = KINDS.flatMap((kind) => {
      const known = this.#dropped.has(kind) ? sections[kind] : undefined
      return known ? [[kind, { ...known, freshUntil: 0 }]] : []
    })
    return { ...sections, ...Object.fromEntries(stale) }
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
