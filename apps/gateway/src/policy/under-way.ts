import { Cancellation } from '@atoll/server-kit'
import { DisabledError } from './disabled-error.ts'
import { NOWHERE, Slots, type Slotted } from './slots.ts'
import type { Switch } from './switch.ts'

/** What a call or a stream is of. */
export interface Place {
  readonly tenant: string
  readonly server?: string | undefined
  readonly tool?: string | undefined
}

export interface Beginning {
  /** Undefined for what nobody can disable. */
  readonly place: Place | undefined
  /** The caller's own. */
  readonly callers: Cancellation
  /** Whether nobody loses by not knowing how it would have ended; asked when it is to end. */
  mayEnd(): boolean
}

interface Running extends Slotted {
  readonly places: readonly Place[]
  mayEnd(): boolean
  end(word: Switch): void
}

/** What is under way, so that disabling ends it at once. */
export class UnderWay {
  readonly #running = new Slots<Running>()
  readonly #whyDisabled: (place: Place) => Switch | undefined

  constructor(whyDisabled: (place: Place) => Switch | undefined) {
    this.#whyDisabled = whyDisabled
  }

  /**
   * Run a call that ends when it is disabled and may be cut. Throws DisabledError, also where it was disabled since it was
   * admitted.
   */
  async run<Answer>(
    { place, callers, mayEnd }: Beginning,
    run: (cancellation: Cancellation) => Promise<Answer>,
  ): Promise<Answer> {
    const places = place ? [place] : []
    const word = place && this.#whyDisabled(place)
    if (word) throw new DisabledError(word)
    const own = new Cancellation()
    const end = (why: Switch) => own.abort(new DisabledError(why, { isCut: true }))
    const running = { places, mayEnd, end, slot: NOWHERE }
    const stop = callers.onAbort((reason) => own.abort(reason))
    this.#running.add(running)
    try {
      return await run(own)
    } finally {
      this.#running.remove(running)
      stop()
    }
  }

  /** Know of a stream until what it returns is called; `end` is called when something that it follows is disabled. */
  stream(places: readonly Place[], end: () => void): () => void {
    const running = { places, mayEnd: () => true, end, slot: NOWHERE }
    this.#running.add(running)
    return () => this.#running.remove(running)
  }

  /** End what is disabled by now. */
  look(): void {
    for (const { places, mayEnd, end } of this.#running.all()) {
      const word = places.map(this.#whyDisabled).find((each) => each !== undefined)
      if (word && mayEnd()) end(word)
    }
  }
}
