import type { Principal } from '@atoll/auth'
import { InsufficientScopeError } from '@atoll/errors'
import type { Entry } from './entry.ts'
import type { Fleet } from './fleet.ts'

/**
 * The scopes that the assertion for one call asks for. Where the server does not say what the call needs, those
 * granted scopes that belong to the server (`hr:...`); it then decides by itself.
 * Throws InsufficientScopeError, naming all that are needed, when the caller lacks one.
 */
export function scopesFor(server: string, entry: Entry | undefined, principal: Principal): readonly string[] {
  const needed = entry?.scopes
  if (!needed) return [...principal.scopes].filter((scope) => scope.startsWith(`${server}:`))
  if (needed.some((scope) => !principal.scopes.has(scope))) throw new InsufficientScopeError(needed)
  return needed
}

/** Every scope that a tool of the fleet says it needs, for the metadata that tells clients what to ask for. */
export function scopesOfFleet({ upstreams }: Fleet): string[] {
  const scopes = upstreams.flatMap((upstream) =>
    upstream.shared('tools')?.entries.flatMap((entry) => entry.scopes ?? []),
  )
  return [...new Set(scopes.filter((scope) => scope !== undefined))].sort()
}
