import type { Discovery, ListKind } from '@atoll/client'
import { KINDS, type Lists, type Sections } from './lists.ts'

/** What a server last said of itself, its last good lists, and which of them it says have changed since. */
export class LastGood {
  #discovery: Discovery | undefined
  #sections: Sections = {}
  #problems: readonly string[] = []
  #takenAt: number | undefined
  #told = new Set<ListKind>()

  get discovery(): Discovery | undefined {
    return this.#discovery
  }
  /** Replaced whenever anything of them changes; empty until the server was reached once. */
  get sections(): Sections {
    return this.#sections
  }
  /** Why lists or entries of them are missing, in words for strangers. */
  get problems(): readonly string[] {
    return this.#problems
  }
  /** When the lists were last found to be right; milliseconds since the epoch. */
  get takenAt(): number | undefined {
    return this.#takenAt
  }
  /** When the first of the lists goes stale; milliseconds since the epoch. */
  get freshUntil(): number {
    return Math.min(...KINDS.map((kind) => this.#sections[kind]?.freshUntil ?? 0))
  }

  /** The server says that these lists have changed: nobody is told any more that they are fresh. */
  tell(kinds: Iterable<ListKind>): void {
    for (const kind of kinds) {
      this.#told.add(kind)
      this.#expire(kind)
    }
  }

  /** What was told until now, to be answered by lists that are fetched from now on. */
  takeTold(): ReadonlySet<ListKind> {
    const told = this.#told
    this.#told = new Set()
    return told
  }

  /** Returns the lists that are other than before or, by `told`, are said to be. */
  accept(discovery: Discovery, { sections, problems }: Lists, told: ReadonlySet<ListKind>): ListKind[] {
    const isOther = (kind: ListKind) => sections[kind]?.json.modern !== this.#sections[kind]?.json.modern
    const changed = KINDS.filter((kind) => told.has(kind) || isOther(kind))
    this.#discovery = discovery
    this.#sections = sections
    this.#problems = problems
    this.#takenAt = Date.now()
    // Told of while they were fetched.
    for (const kind of this.#told) this.#expire(kind)
    return changed
  }

  #expire(kind: ListKind): void {
    const known = this.#sections[kind]
    if (!known || known.freshUntil === 0) return
    this.#sections = { ...this.#sections, [kind]: { ...known, freshUntil: 0 } }
  }
}
