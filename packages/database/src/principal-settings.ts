import type { Principal } from '@atoll/auth'

/** Whose rows. */
export type TenantPrincipal = Pick<Principal, 'tenant' | 'subject'>

/** What policies may know of the caller beyond tenant and subject, where a store method passes it on. */
export interface Grants {
  /** Readable as `app.scopes`, separated by spaces. */
  scopes?: Iterable<string>
  /** Readable as `app.roles`, a JSON array, as names of roles may hold spaces. */
  roles?: Iterable<string>
}

/** Values of `app.tenant`, `app.subject`, `app.scopes` and `app.roles`. */
export type PrincipalSettings = readonly [tenant: string, subject: string, scopes: string, roles: string]

/** Throws a TypeError for a tenant or subject that cannot name anybody, and for a scope that is several. */
export function settingsOf({ tenant, subject }: TenantPrincipal, grants: Grants): PrincipalSettings {
  const scopes = [...(grants.scopes ?? [])]
  if (scopes.some((scope) => /\s/.test(scope))) throw new TypeError('A scope holds a space')
  const roles = [...(grants.roles ?? [])]
  return [name('tenant', tenant), name('subject', subject), scopes.join(' '), JSON.stringify(roles)]
}

function name(kind: string, value: string): string {
  // PostgreSQL text holds no NUL, and a lone surrogate would turn into another name on the way.
  if (typeof value !== 'string' || value === '' || value.includes('\0') || !value.isWellFormed()) {
    throw new TypeError(`A principal without a usable ${kind} reached the database`)
  }
  return value
}
