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

/** Somebody of another issuer. What else `sub_id` may be (RFC 9493 section 3) says nothing here. */
const OfIssuer = z.object({
  sub_id: z.object({ format: z.literal('iss_sub'), iss: text(2048), sub: z.string() }),
})

/**
 * The principal in the claims of a verified token (RFC 9068 section 2.2, RFC 8693 section 4.1, `tenant`, and `may_delegate`).
 * A gateway may say whose subject it is (`sub_id` of RFC 9493, section 3.2.2), which is what counts then.
 * Throws InvalidTokenError naming the claim that is missing or unusable.
 */
export function toPrincipal(payload: JWTPayload, isGateway: boolean): Principal {
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
    ...vouched(payload, claims, isGateway),
    expiresAt: claims.exp,
    ...(claims.act && { actor: claims.act.sub }),
    ...(claims.may_delegate !== undefined && { mayDelegate: new Set(splitScopes(claims.may_delegate)) }),
  }
}

function vouched(payload: JWTPayload, { iss, sub }: { iss: string; sub: string }, isGateway: boolean) {
  const { data } = isGateway ? OfIssuer.safeParse(payload) : {}
  if (!data || data.sub_id.iss === iss) return { issuer: iss }
  if (data.sub_id.sub !== sub) throw new InvalidTokenError('The token names two subjects ("sub", "sub_id").')
  return { issuer: data.sub_id.iss, gateway: iss }
}
