import type { Principal } from '@atoll/auth'
import { LimitedError } from '@atoll/errors'

type Caller = Pick<Principal, 'issuer' | 'tenant' | 'subject'>

/**
 * Callers without a call in flight that are kept: a `Map` that grows and shrinks with every call makes new tables, of which
 * each keeps the next from being collected young.
 */
const KEPT = 256

/** How many calls each caller has in flight here, so that nobody takes the room of all with calls that last. */
export class CallerRoom {
  readonly #most: number
  readonly #inFlight = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Rejects with LimitedError where the caller has as many calls in flight as one may have. */
  async run<T>({ issuer, tenant, subject }: Caller, call: () => Promise<T>): Promise<T> {
    const key = `${issuer}\n${tenant}\n${subject}`
    const before = this.#inFlight.get(key) ?? 0
    if (before >= this.#most)
      throw new LimitedError(`You have ${before} calls in flight, which is the most. Wait for one of them.`, {
        retryAfter: 1,
      })
    this.#inFlight.set(key, before + 1)
    try {
      return await call()
    } finally {
      const left = (this.#inFlight.get(key) ?? 1) - 1
      if (left === 0 && this.#inFlight.size > KEPT) this.#inFlight.delete(key)
      else this.#inFlight.set(key, left)
    }
  }
}
