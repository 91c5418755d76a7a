import { LimitedError } from '@atoll/errors'
import { Turns } from '@atoll/limits'
import type { Call, Room } from '@atoll/server-kit'
import type { Concurrency } from './limits-schema.ts'

/** Seconds after which it is worth another try: what is in flight ends sooner or later. */
const TRY_AGAIN = 1
/** What a third of three may be more than one. */
const ROUNDING = 1e-9

/**
 * Keeps the calls of one tenant from taking all the room there is. Each replica has its part of the room and asks nobody, so
 * that all together never have more than there is, but for rounding up: every replica has room for one.
 */
export class Crowd {
  #concurrency: Concurrency
  readonly #turns: Turns

  /** `share` is the part of all room that this replica has at the moment. */
  constructor(concurrency: Concurrency, share: () => number) {
    this.#concurrency = concurrency
    const most = () => this.#concurrency
    const part = (calls: number) => Math.max(1, Math.ceil(calls * share() - ROUNDING))
    const mostOf = (tenant: string) => own(most().tenants, tenant) ?? most().tenant
    const mostAt = (server: string) =>
      own(most().servers, server) ?? most().server ?? Number.POSITIVE_INFINITY
    this.#turns = new Turns({
      mostOf: (tenant) => part(mostOf(tenant)),
      mostAt: (server) => part(mostAt(server)),
      mostOfAt: (tenant, server) =>
        part(most().tenantAtServer ?? Math.min(mostOf(tenant), mostAt(server)) / 2),
      get waiting() {
        return most().queue
      },
      get patience() {
        return most().wait
      },
    })
  }

  get inFlight(): number {
    return this.#turns.inFlight
  }
  get waiting(): number {
    return this.#turns.waiting
  }

  setLimits(concurrency: Concurrency): void {
    this.#concurrency = concurrency
  }

  /** Resolves when there is room, which must be left. Throws LimitedError where there is none in time. */
  enter(server: string, { principal, cancellation }: Call): Promise<void> | undefined {
    const room = this.#turns.enter(principal.tenant, server, (listener) => cancellation.onAbort(listener))
    if (room === true) return undefined
    const refuse = (hasRoom: boolean): undefined => {
      if (hasRoom) return
      throw new LimitedError(`Too many calls of ${principal.tenant} to ${server} at once.`, {
        retryAfter: TRY_AGAIN,
        details: { limit: 'concurrency' },
      })
    }
    return room instanceof Promise ? room.then(refuse) : refuse(room)
  }

  /** The place that a call has entered, for while its caller is asked: it is left as before. */
  place(server: string, { principal: { tenant } }: Call): Room {
    return {
      goOut: () => {
        this.#turns.leave(tenant, server)
        return true
      },
      comeBack: () => this.#turns.comeBack(tenant, server),
    }
  }

  leave(server: string, { principal }: Call): void {
    this.#turns.leave(principal.tenant, server)
  }
}

function own(numbers: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(numbers, name) ? numbers[name] : undefined
}
