import type { Principal } from '@atoll/auth'

/** A principal of the given tenant and subject, allowed to do everything. */
export function principal(tenant: string, subject: string): Principal {
  return {
    tenant,
    subject,
    scopes: new Set(['orders:read', 'orders:write', 'orders:support']),
    roles: new Set(),
    clientId: 'test',
    issuer: 'https://issuer.test',
    expiresAt: Number.POSITIVE_INFINITY,
  }
}
