import { InsufficientScopeError } from '@atoll/errors'
import type { Principal } from './principal.ts'

/** A scope-token of RFC 6749 section 3.3. */
export const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Which of the needed scopes the principal does not have; exact names, in the order given. */
export function missingScopes(principal: Pick<Principal, 'scopes'>, needed: readonly string[]): string[] {
  return needed.filter((scope) => !principal.scopes.has(scope))
}

/** Throws InsufficientScopeError, which names all the needed scopes, when the principal lacks one of them. */
export function requireScopes(principal: Pick<Principal, 'scopes'>, needed: readonly string[]): void {
  for (const scope of needed) {
    if (!principal.scopes.has(scope)) throw new InsufficientScopeError(needed)
  }
}

/** The scopes of a space-separated list (RFC 6749 section 3.3). */
export function splitScopes(list: string): string[] {
  return list.split(' ').filter((scope) => scope !== '')
}

/** Of the needed scopes those that the principal was granted, each once, in alphabetical order. */
export function grantedOf({ scopes }: Pick<Principal, 'scopes'>, needed: readonly string[]): string[] {
  return [...new Set(needed)].filter((scope) => scopes.has(scope)).sort()
}
