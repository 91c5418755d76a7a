import { timingSafeEqual } from 'node:crypto'
import { digest } from './digest.ts'
import { type FixedIdentity, fixedPrincipal } from './fixed-principal.ts'
import type { Principal } from './principal.ts'

/** A bearer token that is written in the configuration. */
export interface StaticToken extends FixedIdentity {
  token: string
}

/**
 * Makes the function that finds the principal of a static token by the token's digest. It compares digests in
 * constant time and looks at all of them, so that its timing tells nothing about any.
 */
export function staticTokens(tokens: readonly StaticToken[]): (digest: string) => Principal | undefined {
  const known = tokens.map((entry) => ({
    digest: Buffer.from(digest(entry.token)),
    principal: fixedPrincipal('staticToken', entry),
  }))
  if (known.length === 0) return () => undefined
  return (presented) => {
    const bytes = Buffer.from(presented)
    let found: Principal | undefined
    for (const entry of known) {
      if (timingSafeEqual(entry.digest, bytes)) found = entry.principal
    }
    return found
  }
}
