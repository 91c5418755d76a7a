/** What a client needs to know to get a token for this server (RFC 9728 section 2). */
export interface ProtectedResourceMetadata {
  resource: string
  /** Left out when no issuer hands out tokens to clients. */
  authorization_servers?: string[]
  scopes_supported: string[]
  bearer_methods_supported: ['header']
}

/**
 * The canonical form of a resource URI, which is the audience its tokens must name: lower-case scheme and
 * host, no default port (MCP basic/authorization, Canonical Server URI).
 * Throws a TypeError unless it is an http(s) URL without query, fragment, user or password.
 */
export function canonicalResource(resource: string): string {
  const url = new URL(resource)
  const plain = /^https?:$/.test(url.protocol) && !/[?#]/.test(resource) && !url.username && !url.password
  if (!plain) throw new TypeError(`"${resource}" is not an http(s) URL without query, fragment and user`)
  return url.pathname === '/' ? url.origin : url.href
}

/** The path of a well-known document about a URL: the URL's own path goes after it (RFC 8414 section 3.1). */
export function wellKnownPath(name: string, url: string): string {
  const { pathname } = new URL(url)
  return `/.well-known/${name}${pathname === '/' ? '' : pathname}`
}
