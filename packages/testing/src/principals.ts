import type { Principal } from '@atoll/auth'

/** A caller for tests; everything but who and where has a default. */
export function principal(
  options: Pick<Principal, 'subject' | 'tenant'> & {
    scopes?: readonly string[]
    roles?: readonly string[]
    clientId?: string
    /** Scopes of other servers, as a gateway says them. */
    mayDelegate?: readonly string[]
  },
): Principal {
  const { subject, tenant, scopes = [], roles = [], clientId = 'test', mayDelegate } = options
  return {
    subject,
    tenant,
    scopes: new Set(scopes),
    roles: new Set(roles),
    clientId,
    issuer: 'https://issuer.test',
    expiresAt: Number.POSITIVE_INFINITY,
    ...(mayDelegate && { mayDelegate: new Set(mayDelegate) }),
  }
}

/** Of tenant `acme`. */
export const alice = (...scopes: string[]): Principal =>
  principal({ subject: 'alice', tenant: 'acme', scopes })
/** A colleague of alice. */
export const bob = (...scopes: string[]): Principal => principal({ subject: 'bob', tenant: 'acme', scopes })
/** Somebody from another tenant, who must see nothing of alice's. */
export const mallory = (...scopes: string[]): Principal =>
  principal({ subject: 'mallory', tenant: 'globex', scopes })
