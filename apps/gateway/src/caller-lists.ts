import type { ListKind } from '@atoll/client'
import { fetchLists, KINDS, type ListsOptions, type Sections } from './lists.ts'
import type { CallerCredentials } from './outbound.ts'

/** Milliseconds that a caller waits for a list they have seen before to become fresh. */
const PATIENCE = 200

/** Milliseconds after which a call looks at them again, as often as the gateway looks at those for everybody. */
const RECENT = 30_000

type Options = Omit<ListsOptions, 'previous' | 'credentials' | 'kinds'>

/** The lists of one server that are private, for one caller. Kept apart from all others. */
export class CallerLists {
  readonly #options: Options
  #sections: Sections = {}
  #fetching: Promise<void> | undefined
  #isSlow = false
  /** When they were last asked for, on the monotonic clock. */
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(options: Options) {
    this.#options = options
  }

  get sections(): Sections {
    return this.#sections
  }

  /** Whether they were asked for a moment ago, and not said to have changed since. */
  get isRecent(): boolean {
    return performance.now() - this.#askedAt < RECENT
  }

  /**
   * Make them fresh. Resolves at once or soon where something is known, and by the server's deadline where nothing is, or
   * where the caller may have been told that it has changed: they would keep what they are shown now. Never rejects. The
   * credentials are those of the request at hand: earlier ones may have expired.
   */
  refresh(credentials: CallerCredentials, kinds: readonly ListKind[]): Promise<void> {
    const known = Object.values(this.#sections)
    this.#fetching ??= this.#fetch(credentials, kinds)
    if (known.length === 0 || known.some(({ freshUntil }) => freshUntil === DROPPED)) return this.#fetching
    return this.#isSlow ? Promise.resolve() : Promise.race([this.#fetching, after(PATIENCE)])
  }

  /** Not fresh any more, nor is what is on its way. */
  drop(kinds: readonly ListKind[]): void {
    this.#fetching = undefined
    this.#askedAt = Number.NEGATIVE_INFINITY
    this.#sections = dropped(this.#sections, kinds)
  }

  #fetch(credentials: CallerCredentials, kinds: readonly ListKind[]): Promise<void> {
    const start = performance.now()
    const fetching = fetchLists({ ...this.#options, kinds, credentials, previous: this.#sections }).then(
      ({ sections }) => {
        this.#isSlow = performance.now() - start > PATIENCE
        // What was on its way when something changed is better than nothing.
        if (this.#fetching !== fetching) this.#sections = { ...dropped(sections, KINDS), ...this.#sections }
        else {
          this.#sections = sections
          this.#fetching = undefined
          this.#askedAt = performance.now()
        }
      },
    )
    return fetching
  }
}

/** Of what is kept for whoever cannot wait. */
const DROPPED = 0

function dropped(sections: Sections, kinds: readonly ListKind[]): Sections {
  const stale = kinds.flatMap((kind) => {
    const known = sections[kind]
    return known ? [[kind, { ...known, freshUntil: DROPPED }]] : []
  })
  return { ...sections, ...Object.fromEntries(stale) }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
