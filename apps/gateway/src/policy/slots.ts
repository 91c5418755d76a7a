/** A thing that knows where it stands, so that it is found without a look at the others. */
export interface Slotted {
  slot: number
}

/** Where something stands that is in no list. */
export const NOWHERE = -1

/**
 * Things that come and go many times a second, in no order. Not a Set: V8 makes a new table of it every so many changes,
 * and each old table points to the next. Once one of them has grown old, all that come after survive the collections of
 * the young with everything that stands in them, which here is every call whole.
 */
export class Slots<T extends Slotted> {
  readonly #things: T[] = []

  add(thing: T): void {
    thing.slot = this.#things.push(thing) - 1
  }

  /** What is not there any more may be removed again. */
  remove(thing: T): void {
    if (thing.slot === NOWHERE) return
    const last = this.#things.pop()
    if (last && last !== thing) {
      this.#things[thing.slot] = last
      last.slot = thing.slot
    }
    thing.slot = NOWHERE
  }

  /** What is there now, whatever comes and goes while it is gone through. */
  all(): readonly T[] {
    return [...this.#things]
  }
}
