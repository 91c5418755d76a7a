import { decodeJwt, type JWTPayload } from 'jose'
import type { TokenEndpointResponse } from 'oauth4webapi'
import { MAX_TOKEN_LENGTH } from '../bearer-token.ts'
import { splitScopes } from '../scopes.ts'

/** What a token endpoint handed out. */
export interface TokenAnswer {
  readonly token: string
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** What a JWT says; undefined for an opaque token. Not verified: it came from whom it was asked of. */
  readonly claims: JWTPayload | undefined
  /** As the token itself or the answer names them; undefined where neither does. */
  readonly scopes: readonly string[] | undefined
  /** What an exchange says that it is (RFC 8693 section 2.2.1). */
  readonly issuedType?: string | undefined
}

/** Seconds that a token is used which does not say how long it lives. */
const UNSAID_LIFE = 60

/** What may stand in an `Authorization` header (RFC 6750 section 2.1, b64token). */
const SENDABLE = /^[A-Za-z0-9._~+/-]+=*$/

/**
 * `askedAt` in seconds since the epoch. Where answer and token disagree, the earlier end counts. Throws a TypeError for a token
 * that could not be sent, as the server it is for would seem to be out of reach, and for one whose end is no time.
 */
export function readAnswer(answer: TokenEndpointResponse, askedAt: number): TokenAnswer {
  const { access_token: token, expires_in: life, scope, issued_token_type: type } = answer
  // The library lets those pass that are bound to a key (RFC 9449): without it they are of no use.
  if (answer.token_type !== 'bearer') throw new TypeError('not a bearer token')
  if (token.length > MAX_TOKEN_LENGTH || !SENDABLE.test(token)) throw new TypeError('not a bearer token')
  const claims = claimsOf(token)
  const end: unknown = claims?.exp
  if (end !== undefined && !Number.isFinite(end)) throw new TypeError('a token without a readable end')
  const ends = [life === undefined ? undefined : askedAt + life, claims?.exp].filter(
    (end) => end !== undefined,
  )
  const expiresAt = ends.length === 0 ? askedAt + UNSAID_LIFE : Math.floor(Math.min(...ends))
  const scopes = scopesIn(claims?.scope ?? claims?.scp ?? scope)
  return { token, expiresAt, claims, scopes, ...(type !== undefined && { issuedType: String(type) }) }
}

function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token)
  } catch {
    return undefined
  }
}

function scopesIn(said: unknown): string[] | undefined {
  if (said === undefined) return undefined
  return Array.isArray(said) ? said.map(String) : splitScopes(String(said))
}
