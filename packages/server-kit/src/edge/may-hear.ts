import type { Principal } from '@atoll/auth'
import type { ChangeEvent } from './event-bus.ts'
import type { Service } from './service.ts'

/**
 * Whether a subscriber may hear of a change: the only place that decides it, whatever the subscription came in on.
 * What is for an audience goes to nobody where the service cannot tell, or fails to.
 */
export function mayHear(
  service: Pick<Service, 'admits'>,
  principal: Principal,
  { tenant, audience }: ChangeEvent,
): boolean {
  if (tenant !== undefined && tenant !== principal.tenant) return false
  if (audience === undefined) return true
  try {
    return service.admits?.(principal, audience) === true
  } catch {
    return false
  }
}
