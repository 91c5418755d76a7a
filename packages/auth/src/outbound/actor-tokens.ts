import { SignJWT } from 'jose'
import type { SigningKeys } from '../signing/signing-keys.ts'

export interface ActorTokenOptions {
  issuer: string
  key: SigningKeys
  /** Who acts. */
  actor: string
  /** Whom it is shown to: the issuer that exchanges. */
  audience: string
}

/** Makes the function that signs a token which says no more than who acts (RFC 8693 section 2.1), for one minute. */
export function actorTokens({ issuer, key, actor, audience }: ActorTokenOptions): () => Promise<string> {
  return () =>
    new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setSubject(actor)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(key.key)
}
