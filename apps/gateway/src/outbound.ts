import type { OutboundTokenSource, Principal } from '@atoll/auth'
import type { Credentials } from '@atoll/client'
import { authorizationContext } from './authorization-context.ts'

/** The name under which the gateway acts: `act.sub` of its assertions, and `sub` of those for itself. */
export const ACTOR = 'gateway'

/**
 * The gateway itself, for background discovery: no tenant's data, no scopes. Never used for a caller's request.
 */
export function powerless(issuer: string): Principal {
  const nothing: ReadonlySet<string> = new Set()
  return {
    subject: ACTOR,
    tenant: 'none',
    scopes: nothing,
    roles: nothing,
    clientId: ACTOR,
    issuer,
    expiresAt: Number.POSITIVE_INFINITY,
  }
}

/** Credentials for one server on behalf of one principal, with no more than the scopes needed. */
export function onBehalfOf(
  principal: Principal,
  audience: string,
  scopes: readonly string[],
  source: OutboundTokenSource,
  mayDelegate: readonly string[] = [],
): Credentials {
  return {
    context: authorizationContext(principal),
    token({ fresh = false } = {}) {
      const found = source.token({ principal, audience, scopes, mayDelegate, fresh })
      return found instanceof Promise ? found.then(({ token }) => token) : found.token
    },
  }
}
