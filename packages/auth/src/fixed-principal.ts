import type { Principal } from './principal.ts'

/** Whom a fixed credential (a static token, an API key) stands for. */
export interface FixedIdentity {
  subject: string
  tenant: string
  scopes: readonly string[]
  roles?: readonly string[] | undefined
  clientId?: string | undefined
}

/** The issuers of fixed identities: URNs, so that no token's issuer can be mistaken for one. */
export const FIXED_ISSUERS = { staticToken: 'urn:atoll:static-token', apiKey: 'urn:atoll:api-key' } as const

/** `expiresAt` is in seconds since the epoch. */
export function fixedPrincipal(
  kind: keyof typeof FIXED_ISSUERS,
  identity: FixedIdentity,
  expiresAt = Number.POSITIVE_INFINITY,
): Principal {
  return {
    subject: identity.subject,
    tenant: identity.tenant,
    scopes: new Set(identity.scopes),
    roles: new Set(identity.roles),
    clientId: identity.clientId ?? identity.subject,
    issuer: FIXED_ISSUERS[kind],
    expiresAt,
  }
}
