import { UnrecordedError } from '../unrecorded-error.ts'

/** What a caller is promised when its record cannot be written: the answer all the same, or one of two refusals. */
type Kind = 'told' | 'changed' | 'read'

/** Many calls wait for the same batch: each kind of them shares one promise. */
export class Promises {
  #of: Promise<void> | undefined
  #shared: Partial<Record<Kind, Promise<void>>> = {}

  for(written: Promise<void>, kind: Kind): Promise<void> {
    if (this.#of !== written) {
      this.#of = written
      this.#shared = {}
    }
    const known = this.#shared[kind]
    if (known) return known
    const promise = written.catch((error) => {
      if (kind !== 'told') throw UnrecordedError.withheld(error, kind === 'changed')
    })
    // Those who do not wait need not hear of it either.
    promise.catch(() => {})
    this.#shared[kind] = promise
    return promise
  }
}
