import type { RequestOptions } from './options.ts'

/** How many requests may wait without room: each still has its connection. */
export const MOST_WAITING = 1000

/** Room for so many requests at once. */
export class Room {
  readonly #size: number
  #taken = 0
  #waiting = 0

  constructor(size: number) {
    this.#size = size
  }

  get isFull(): boolean {
    return this.#taken >= this.#size
  }

  /** Only where it is not full. */
  enter(): Place {
    this.#taken++
    return new Place(this)
  }

  leave(): void {
    this.#taken--
  }

  /** Returns whether there is room outside. */
  goOut(): boolean {
    if (this.#waiting >= MOST_WAITING) return false
    this.#waiting++
    this.#taken--
    return true
  }

  /** Whether it is full or not: who has waited is under way. */
  comeBack(): void {
    this.#waiting--
    this.#taken++
  }
}

/** What one request takes of the room. */
export class Place {
  readonly #room: Room
  /** What it waits for. */
  #waits = 0
  #isOut = false
  #hasLeft = false
  #waited = 0
  #since = 0

  constructor(room: Room) {
    this.#room = room
  }

  /** Milliseconds for which it waited for somebody here. */
  get waited(): number {
    return this.#waits === 0 ? this.#waited : this.#waited + performance.now() - this.#since
  }

  /** The request waits for somebody here, and needs no room until that is over. */
  async whileWaiting<T>(wait: () => Promise<T>): Promise<T> {
    if (this.#waits++ === 0) this.#since = performance.now()
    if (!this.#isOut && !this.#hasLeft) this.#isOut = this.#room.goOut()
    try {
      return await wait()
    } finally {
      const { waited } = this
      if (--this.#waits === 0) {
        this.#waited = waited
        this.#comeBack()
      }
    }
  }

  leave(): void {
    this.#comeBack()
    this.#hasLeft = true
    this.#room.leave()
  }

  #comeBack(): void {
    if (this.#isOut) this.#room.comeBack()
    this.#isOut = false
  }
}

/** The same options for a request that gives its place up while somebody thinks about what its server asks. */
export function thinkingOutside(options: RequestOptions, place: Place): RequestOptions {
  const { onRequest } = options
  if (!onRequest) return options
  return { ...options, onRequest: (method, params) => place.whileWaiting(() => onRequest(method, params)) }
}
