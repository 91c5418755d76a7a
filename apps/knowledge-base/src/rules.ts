import type { Principal } from '@atoll/auth'
import type { Audience } from './model.ts'

/** Role of people from outside, who see what is public only. */
export const GUEST = 'guest'

/**
 * Who may read what: `public` everybody of the tenant, `internal` all but guests, `confidential` who holds the
 * scope; and where there are groups, only their members. The database decides with `may_read`, which says the same.
 */
export function mayRead(
  { scopes, roles }: Pick<Principal, 'scopes' | 'roles'>,
  { visibility, groups }: Audience,
): boolean {
  const isMember = groups.length === 0 || groups.some((group) => roles.has(group))
  switch (visibility) {
    case 'public':
      return isMember
    case 'internal':
      return isMember && !roles.has(GUEST)
    case 'confidential':
      return isMember && scopes.has('kb:confidential')
  }
}
