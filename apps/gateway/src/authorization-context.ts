import type { Principal } from '@atoll/auth'

const known = new WeakMap<Principal, string>()

/**
 * Names the authorization context of a caller: whoever differs in anything that a server may decide by has
 * another. What is private is kept apart by it.
 */
export function authorizationContext(principal: Principal): string {
  const found = known.get(principal)
  if (found !== undefined) return found
  const { issuer, subject, clientId, tenant, actor, scopes, roles } = principal
  const context = JSON.stringify([
    issuer,
    subject,
    clientId,
    tenant,
    actor ?? null,
    [...scopes].sort(),
    [...roles].sort(),
  ])
  known.set(principal, context)
  return context
}
