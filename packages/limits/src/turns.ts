export interface TurnsOptions {
  /** Calls of one party at once. */
  mostOf(party: string): number
  /** Calls to one place at once. */
  mostAt(place: string): number
  /** Calls of one party to one place at once. */
  mostOfAt(party: string, place: string): number
  /** Calls of one party that may wait. */
  readonly waiting: number
  /** Milliseconds that a call waits at most. */
  readonly patience: number
}

interface Party {
  inFlight: number
  readonly at: Map<string, number>
  readonly waiting: Waiting[]
  /** When it had its last turn, in turns. */
  servedAt: number
}

interface Waiting {
  readonly place: string
  /** Ends the wait, with whether there is room now. */
  end(hasRoom: boolean): void
}

/**
 * Parties without a call that are kept: a `Map` that grows and shrinks with every call makes new tables, of which each keeps
 * the next from being collected young. Places are few, and all kept.
 */
const KEPT = 256

/**
 * Who may go on when there is more to do than room for it. A party that has its share waits or is refused while others
 * go on; room that comes free goes to the one that waits and uses the least of its share, and in turn among equals.
 */
export class Turns {
  readonly #options: TurnsOptions
  readonly #parties = new Map<string, Party>()
  readonly #places = new Map<string, number>()
  #waiting = 0
  #turn = 0

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  get inFlight(): number {
    let all = 0
    for (const { inFlight } of this.#parties.values()) all += inFlight
    return all
  }
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Whether there is room, at once or within the patience. What entered must `leave`. `onAbort` tells of a caller who
   * does not wait any longer, and returns how not to be told.
   */
  enter(
    party: string,
    place: string,
    onAbort?: (listener: () => void) => () => void,
  ): boolean | Promise<boolean> {
    const known = this.#party(party)
    if (this.#hasRoom(party, known, place)) {
      this.#begin(known, place)
      return true
    }
    if (known.waiting.length >= this.#options.waiting) return false
    return this.#wait(party, known, place, onAbort)
  }

  leave(party: string, place: string): void {
    const known = this.#parties.get(party)
    if (!known) return
    known.inFlight--
    decrease(known.at, place)
    decrease(this.#places, place)
    if (this.#waiting > 0) this.#goOn()
    this.#drop(party, known)
  }

  /** Like `enter`, whether there is room or not: for what has left and was under way all the time. */
  comeBack(party: string, place: string): void {
    this.#begin(this.#party(party), place)
  }

  #wait(
    name: string,
    party: Party,
    place: string,
    onAbort: ((listener: () => void) => () => void) | undefined,
  ): Promise<boolean> {
    return new Promise((resolve) => {
      let unlink: (() => void) | undefined
      const waiting: Waiting = {
        place,
        end: (hasRoom) => {
          clearTimeout(timer)
          unlink?.()
          party.waiting.splice(party.waiting.indexOf(waiting), 1)
          this.#waiting--
          if (hasRoom) this.#begin(party, place)
          else this.#drop(name, party)
          resolve(hasRoom)
        },
      }
      party.waiting.push(waiting)
      this.#waiting++
      const timer = setTimeout(() => waiting.end(false), this.#options.patience)
      // Told at once of a caller who has gone before.
      unlink = onAbort?.(() => waiting.end(false))
    })
  }

  #goOn(): void {
    // One that left may make room for two: one more of its party, and one more at its place.
    while (this.#goOnWithOne());
  }

  #goOnWithOne(): boolean {
    const byNeed = [...this.#parties]
      .filter(([, { waiting }]) => waiting.length > 0)
      .sort(([nameA, a], [nameB, b]) => {
        const more = a.inFlight / this.#options.mostOf(nameA) - b.inFlight / this.#options.mostOf(nameB)
        return more === 0 ? a.servedAt - b.servedAt : more
      })
    for (const [name, party] of byNeed) {
      const next = party.waiting.find(({ place }) => this.#hasRoom(name, party, place))
      if (!next) continue
      next.end(true)
      return true
    }
    return false
  }

  #hasRoom(name: string, party: Party, place: string): boolean {
    const { mostOf, mostAt, mostOfAt } = this.#options
    return (
      party.inFlight < mostOf(name) &&
      (party.at.get(place) ?? 0) < mostOfAt(name, place) &&
      (this.#places.get(place) ?? 0) < mostAt(place)
    )
  }

  #begin(party: Party, place: string): void {
    party.inFlight++
    party.servedAt = ++this.#turn
    party.at.set(place, (party.at.get(place) ?? 0) + 1)
    this.#places.set(place, (this.#places.get(place) ?? 0) + 1)
  }

  #party(name: string): Party {
    const known = this.#parties.get(name)
    if (known) return known
    const party: Party = { inFlight: 0, at: new Map(), waiting: [], servedAt: 0 }
    this.#parties.set(name, party)
    return party
  }

  #drop(name: string, party: Party): void {
    if (this.#parties.size > KEPT && party.inFlight === 0 && party.waiting.length === 0)
      this.#parties.delete(name)
  }
}

function decrease(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 1) - 1)
}
