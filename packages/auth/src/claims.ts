import type { JWTPayload } from 'jose'
import { z } from 'zod'
import { InvalidTokenError } from './auth-errors.ts'
import type { Principal } from './principal.ts'
import { splitScopes } from './scopes.ts'

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{C}+$/u)

const Claims = z.object({
  iss: z.string(),
  exp: z.number(),
  sub: text(255),
  tenant: text(128),
  scope: z.string().default(''),
  roles: z.array(text(128)).default([]),
  client_id: text(255).optional(),
  azp: text(255).optional(),
  act: z.object({ sub: text(255) }).optional(),
  may_delegate: z.string().optional(),
})

/**
 * The principal in the claims of a verified token (RFC 9068 section 2.2, RFC 8693 section 4.1, `tenant`, and `may_delegate`).
 * Throws InvalidTokenError naming the claim that is missing or unusable.
 */
export function toPrincipal(payload: JWTPayload): Principal {
  const { data: claims, error } = Claims.safeParse(payload)
  if (!claims) {
    const claim = String(error.issues[0]?.path[0])
    const problem =
      payload[claim] === undefined ? `has no "${claim}" claim` : `has an unusable "${claim}" claim`
    throw new InvalidTokenError(`The token ${problem}.`, { cause: error })
  }
  return {
    subject: claims.sub,
    tenant: claims.tenant,
    scopes: new Set(splitScopes(claims.scope)),
    roles: new Set(claims.roles),
    clientId: claims.client_id ?? claims.azp ?? 'unknown',
    issuer: claims.iss,
    expiresAt: claims.exp,
    ...(claims.act && { actor: claims.act.sub }),
    ...(claims.may_delegate !== undefined && { mayDelegate: new Set(splitScopes(claims.may_delegate)) }),
  }
}
