import { decodeJwt, type JWTPayload } from 'jose'
import type { TokenEndpointResponse } from 'oauth4webapi'
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
}

/** Seconds that a token is used which does not say how long it lives. */
const UNSAID_LIFE = 60

/** `askedAt` in seconds since the epoch. Where answer and token disagree, the earlier end counts. */
export function readAnswer(answer: TokenEndpointResponse, askedAt: number): TokenAnswer {
  const { access_token: token, expires_in: life, scope } = answer
  const claims = claimsOf(token)
  const ends = [life === undefined ? undefined : askedAt + life, claims?.exp].filter(
    (end) => end !== undefined,
  )
  const expiresAt = ends.length === 0 ? askedAt + UNSAID_LIFE : Math.floor(Math.min(...ends))
  return { token, expiresAt, claims, scopes: scopesIn(claims?.scope ?? claims?.scp ?? scope) }
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
