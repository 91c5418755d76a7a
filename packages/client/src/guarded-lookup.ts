import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { AddressGuard } from './address-guard.ts'

/** What a URL or a name led to may not be connected to. Internal: the cause of a failed connection, for the log. */
export class ForbiddenAddressError extends Error {
  readonly code = 'FORBIDDEN_ADDRESS'
  constructor(host: string, addresses: readonly string[]) {
    const led = addresses.length === 1 && addresses[0] === host ? '' : ` leads to ${addresses.join(', ')} and`
    super(`${host}${led} may not be connected to: no configured network has it`)
    this.name = 'ForbiddenAddressError'
  }
}

type Resolve = (
  host: string,
  options: { all: true; family?: number | 'IPv4' | 'IPv6'; hints?: number },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Resolves a name for one connection, which is made to exactly the addresses that were looked at: a name that
 * answers differently a moment later leads nowhere else.
 */
export function guardedLookup(guard: AddressGuard, resolve: Resolve = lookup): LookupFunction {
  return (host, { family, hints, all }, done) => {
    const options = {
      all: true,
      ...(family !== undefined && { family }),
      ...(hints !== undefined && { hints }),
    }
    resolve(host, options as { all: true }, (error, addresses) => {
      if (error) return done(error, [])
      const allowed = addresses.filter(({ address }) => guard.mayLeadTo(address))
      const [first] = allowed
      if (!first) {
        const found = addresses.map(({ address }) => address)
        return done(new ForbiddenAddressError(host, found), [])
      }
      return all ? done(null, allowed) : done(null, first.address, first.family)
    })
  }
}
