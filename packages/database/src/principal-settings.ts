import type { Principal } from '@atoll/auth'

/** Whose rows: what row-level security gets to see of a principal. */
export type TenantPrincipal = Pick<Principal, 'tenant' | 'subject'> &
  Partial<Pick<Principal, 'scopes' | 'roles'>>

/** Values of `app.tenant`, `app.subject`, `app.scopes` and `app.roles`; the last two are JSON arrays of text. */
export type PrincipalSettings = readonly [tenant: string, subject: string, scopes: string, roles: string]

/** Throws a TypeError for a tenant or subject that cannot name anybody. */
export function settingsOf(principal: TenantPrincipal): PrincipalSettings {
  const { tenant, subject, scopes = [], roles = [] } = principal
  return [name('tenant', tenant), name('subject', subject), jsonArray(scopes), jsonArray(roles)]
}

function name(kind: string, value: string): string {
  // PostgreSQL text holds no NUL, and a lone surrogate would turn into another name on the way.
  if (typeof value !== 'string' || value === '' || value.includes('\0') || !value.isWellFormed()) {
    throw new TypeError(`A principal without a usable ${kind} reached the database`)
  }
  return value
}

function jsonArray(values: Iterable<string>): string {
  return JSON.stringify([...values])
}
