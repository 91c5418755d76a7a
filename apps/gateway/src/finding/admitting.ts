import type { AddressGuard } from '@atoll/client'
import type { Logger } from '@atoll/telemetry'

export interface Admission {
  readonly server: string
  readonly guard: AddressGuard
  readonly logger: Logger
}

/**
 * Makes the function that leaves out what is at an address where no server may be. Whoever is left out is logged when
 * that changes, not each time.
 */
export function admitting({ server, guard, logger }: Admission) {
  let last = ''
  return <Found>(found: readonly Found[], addressOf: (each: Found) => string): readonly Found[] => {
    const refused = found.map(addressOf).filter((address) => !guard.mayLeadTo(address))
    const addresses = refused.sort().join(', ')
    if (addresses !== last && addresses !== '')
      logger.warn(
        { server, addresses },
        'Addresses of a server are left out: GATEWAY_ALLOWED_NETWORKS has none of them',
      )
    last = addresses
    return refused.length === 0 ? found : found.filter((each) => guard.mayLeadTo(addressOf(each)))
  }
}
