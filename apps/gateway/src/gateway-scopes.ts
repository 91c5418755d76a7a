/**
 * Scopes of the gateway itself. Clients are not told to ask for them (`scopes_supported`): they are for people who run it, and
 * are granted by whoever issues their tokens.
 */
export const GATEWAY_SCOPES = {
  /** Disable and enable tools, servers and tenants; see the policy and explain its decisions. */
  admin: 'gateway:admin',
  /** Look at the fleet in the console, try tools with one's own rights, and see what was called. */
  console: 'gateway:console',
} as const

const OWN: ReadonlySet<string> = new Set(Object.values(GATEWAY_SCOPES))

/** Of the scopes that a server wants, those that it may have: none of the gateway itself. */
export function withoutOwn(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => !OWN.has(scope))
}
