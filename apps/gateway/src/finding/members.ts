import type { Place } from '@atoll/client'

/** How an instance became known. */
export type Source = 'configuration' | 'registration' | 'dns' | 'kubernetes'

/** An instance as one source knows it. */
export interface Found {
  readonly url: string
  readonly isDraining?: boolean
  /** Its share of the requests, where the source says so. */
  readonly weight?: number
  /** Until when it counts; milliseconds since the epoch. */
  readonly leasedUntil?: number
}

/** An instance as all sources together know it. */
export interface Member extends Required<Place> {
  readonly sources: readonly Source[]
  readonly leasedUntil: number | undefined
}

/** The instances of one server, from whatever sources name them. */
export class Members {
  readonly #onChange: (members: readonly Member[], isNews: boolean) => void
  readonly #found = new Map<Source, readonly Found[]>()
  #all: readonly Member[] = []

  /** `onChange` is told whether an instance came that was not known before. */
  constructor(onChange: (members: readonly Member[], isNews: boolean) => void) {
    this.#onChange = onChange
  }

  get all(): readonly Member[] {
    return this.#all
  }

  /** What this source knows now. An instance is gone when no source names it. */
  set(source: Source, found: readonly Found[]): void {
    this.#found.set(source, found)
    const before = new Map(this.#all.map((member) => [member.url, member]))
    this.#all = this.#join()
    const isNews = this.#all.some(({ url, isDraining }) => {
      const known = before.get(url)
      return !known || (known.isDraining && !isDraining)
    })
    if (isNews || this.#all.length !== before.size || this.#all.some(hasTurned(before)))
      this.#onChange(this.#all, isNews)
  }

  #join(): readonly Member[] {
    const joined = new Map<string, Member>()
    for (const [source, found] of this.#found) {
      for (const { url, isDraining = false, weight, leasedUntil } of found) {
        const { href } = new URL(url)
        const known = joined.get(href)
        joined.set(href, {
          url: href,
          // One source may name it twice, as two slices do for a moment.
          sources: [...new Set([...(known?.sources ?? []), source])],
          // Whoever knows that it stops knows more than the others.
          isDraining: isDraining || known?.isDraining === true,
          weight: weight ?? known?.weight ?? 1,
          leasedUntil: leasedUntil ?? known?.leasedUntil,
        })
      }
    }
    return [...joined.values()].sort((a, b) => (a.url < b.url ? -1 : 1))
  }
}

function hasTurned(before: ReadonlyMap<string, Member>) {
  return ({ url, isDraining, weight }: Member) => {
    const known = before.get(url)
    return known?.isDraining !== isDraining || known.weight !== weight
  }
}
