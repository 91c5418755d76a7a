/** Room of which a request takes a place while it runs. */
export interface Room {
  /** The place is free for others until `comeBack`. Returns false where as many are out as may be: it is kept then. */
  goOut(): boolean
  /** Whether there is room or not: who was out is under way. */
  comeBack(): void
}

/** The places that a request takes, and gives up while its caller is asked something: people take minutes. */
export class Places {
  readonly #outer: Places | undefined
  readonly #taken = new Set<Room>()
  readonly #out = new Set<Room>()
  #asks = 0

  /** `outer` are those of what the request came in. */
  constructor(outer?: Places) {
    this.#outer = outer
  }

  add(room: Room): void {
    this.#taken.add(room)
  }

  /** To be called before the place itself is left, be the caller still asked or not. */
  remove(room: Room): void {
    this.#taken.delete(room)
    if (this.#out.delete(room)) room.comeBack()
  }

  whileAsked<T>(ask: () => Promise<T>): Promise<T> {
    return this.#outer ? this.#outer.whileAsked(() => this.#asked(ask)) : this.#asked(ask)
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#asks++ === 0) this.#goOut()
    try {
      return await ask()
    } finally {
      if (--this.#asks === 0) this.#comeBack()
    }
  }

  #goOut(): void {
    for (const room of this.#taken) if (room.goOut()) this.#out.add(room)
  }

  #comeBack(): void {
    for (const room of this.#out) room.comeBack()
    this.#out.clear()
  }
}
