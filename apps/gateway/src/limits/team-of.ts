import type { Principal } from '@atoll/auth'
import type { Teams } from './limits-schema.ts'

/** The team of somebody: the first in order of the alphabet that a role of theirs names; '' where none does. */
export function teamOf({ roles }: Pick<Principal, 'roles'>, { rolePrefix, roles: byRole }: Teams): string {
  const teams: string[] = []
  for (const role of roles) {
    const named = Object.hasOwn(byRole, role) ? byRole[role] : undefined
    if (named !== undefined) teams.push(named)
    else if (rolePrefix !== undefined && role.startsWith(rolePrefix))
      teams.push(role.slice(rolePrefix.length))
  }
  return teams.sort()[0] ?? ''
}
