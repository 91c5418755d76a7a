import type { Principal } from '@atoll/auth'
import type { Entry } from './entry.ts'
import type { CallerCredentials } from './outbound.ts'

/** What a call goes out with. */
export interface Rights {
  readonly scopes: readonly string[]
  readonly credentials: CallerCredentials
}

interface Known {
  readonly lists: object
  /** Those of no entry in particular under the lists. A caller's own entries come and go while these stay. */
  readonly byEntry: WeakMap<object, Rights>
}

/** What calls of the same caller and the same thing go out with, worked out once for as long as token and lists last. */
export class RememberedRights {
  readonly #known = new WeakMap<Principal, Known>()

  /** `lists` is another object when the server's lists are others. What `make` throws is thrown each time. */
  of(principal: Principal, entry: Entry | undefined, lists: object, make: () => Rights): Rights {
    const { byEntry } = this.#knownOf(principal, lists)
    const of = entry ?? lists
    const known = byEntry.get(of)
    if (known) return known
    const rights = make()
    byEntry.set(of, rights)
    return rights
  }

  #knownOf(principal: Principal, lists: object): Known {
    const known = this.#known.get(principal)
    if (known?.lists === lists) return known
    const anew: Known = { lists, byEntry: new WeakMap() }
    this.#known.set(principal, anew)
    return anew
  }
}
