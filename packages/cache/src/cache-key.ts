import { canonicalText } from './canonical-text.ts'

/** The part of a principal that decides what it may see. */
export interface CachePrincipal {
  readonly issuer: string
  readonly subject: string
  readonly tenant: string
  readonly scopes: Iterable<string>
  readonly roles?: Iterable<string>
  /** Scopes of other servers that may be used on its behalf. */
  readonly mayDelegate?: Iterable<string>
}

export interface CacheKey {
  /** Who may be served the same entry. */
  shared: 'principal' | 'tenant' | 'public'
  principal: CachePrincipal
  tool: string
  /** Of the tool: a new one must not be served what the old one answered. */
  version: string
  args: unknown
}

/**
 * One text for everything an answer depends on. The order of keys in `args` does not matter.
 * Throws a TypeError when `args` holds what is not plain data, because two of those could look the same.
 */
export function cacheKey({ shared, principal, tool, version, args }: CacheKey): string {
  return `${shared}/${canonicalText(tool)}${canonicalText(version)}${who(shared, principal)}${canonicalText(args)}`
}

function who(shared: CacheKey['shared'], principal: CachePrincipal): string {
  if (shared === 'public') return ''
  return shared === 'tenant' ? canonicalText(principal.tenant) : identity(principal)
}

// A verified token keeps its principal, so most calls find the text made for the last one.
const identities = new WeakMap<CachePrincipal, string>()

function identity(principal: CachePrincipal): string {
  const known = identities.get(principal)
  if (known !== undefined) return known
  const { issuer, subject, tenant, scopes, roles = [], mayDelegate = [] } = principal
  const sets = [scopes, roles, mayDelegate].map((set) => [...set].sort())
  const text = canonicalText([issuer, subject, tenant, ...sets])
  identities.set(principal, text)
  return text
}
