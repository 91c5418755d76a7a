import { SignJWT } from 'jose'
import type { SigningKeys } from './signing-keys.ts'

/** RFC 8693 section 4.1: who acts, and for whom that one acted before. */
export interface Actor {
  sub: string
  act?: Actor
}

export interface TokenClaims {
  issuer: string
  subject: string
  /** Who vouches for the subject; the issuer unless given. */
  subjectIssuer?: string
  tenant: string
  audience: string
  scopes: readonly string[]
  roles: readonly string[]
  clientId: string
  actor?: Actor | undefined
  /** Scopes of other servers that the audience may use for the subject. */
  mayDelegate?: readonly string[] | undefined
  /** Seconds since the epoch. */
  issuedAt: number
  expiresAt: number
}

/** Signs an access token (RFC 9068, with `sub_id` of RFC 9493), in the shape that an Authenticator reads. */
export function signToken(keys: SigningKeys, claims: TokenClaims): Promise<string> {
  const { issuer, subject, subjectIssuer = issuer } = claims
  const payload = {
    jti: crypto.randomUUID(),
    iss: issuer,
    sub: subject,
    ...(subjectIssuer !== issuer && { sub_id: { format: 'iss_sub', iss: subjectIssuer, sub: subject } }),
    aud: claims.audience,
    iat: claims.issuedAt,
    exp: claims.expiresAt,
    tenant: claims.tenant,
    scope: claims.scopes.join(' '),
    ...(claims.roles.length > 0 && { roles: claims.roles }),
    client_id: claims.clientId,
    ...(claims.actor && { act: claims.actor }),
    ...(claims.mayDelegate?.length && { may_delegate: claims.mayDelegate.join(' ') }),
  }
  return new SignJWT(payload)
    .setProtectedHeader({ alg: keys.alg, kid: keys.kid, typ: 'at+jwt' })
    .sign(keys.key)
}
