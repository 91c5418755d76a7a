import type { Principal } from '@atoll/auth'
import { InsufficientScopeError } from '@atoll/errors'
import type { Entry } from './entry.ts'
import type { Fleet } from './fleet.ts'
import { withoutOwn } from './gateway-scopes.ts'
import { KINDS } from './lists.ts'
import type { Upstream } from './upstream.ts'

type Lists = Pick<Upstream, 'name' | 'shared'>

/**
 * The scopes that the assertion for one call asks for: those it needs, and those of its optional ones that the
 * caller was granted. Throws InsufficientScopeError, naming all that are needed, when the caller lacks one.
 */
export function scopesFor(upstream: Lists, entry: Entry | undefined, principal: Principal): string[] {
  const needed = entry?.scopes
  if (!needed) return scopesAt(upstream, principal)
  if (needed.some((scope) => !principal.scopes.has(scope))) throw new InsufficientScopeError(needed)
  return [...needed, ...entry.optionalScopes.filter((scope) => principal.scopes.has(scope))]
}

/**
 * For what is not said to need anything in particular, such as a caller's own lists: the granted scopes that the
 * server names anywhere in its lists, or that begin with its name (`hr:...`) where it names none. The server then
 * decides by itself.
 */
export function scopesAt(upstream: Lists, principal: Principal): string[] {
  const named = namedBy(upstream)
  const granted = withoutOwn([...principal.scopes])
  return named.length > 0
    ? named.filter((scope) => principal.scopes.has(scope))
    : granted.filter((scope) => scope.startsWith(`${upstream.name}:`))
}

/** Every scope that a server of the fleet names, for the metadata that tells clients what to ask for. */
export function scopesOfFleet({ upstreams }: Fleet): string[] {
  return [...new Set(upstreams.flatMap(namedBy))].sort()
}

function namedBy(upstream: Lists): string[] {
  return [...new Set(KINDS.flatMap((kind) => upstream.shared(kind)?.scopes ?? []))]
}
