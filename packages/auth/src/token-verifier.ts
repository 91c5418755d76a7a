import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { InvalidTokenError } from './auth-errors.ts'
import { toPrincipal } from './claims.ts'
import type { KeySource } from './keys/key-source.ts'
import type { Principal } from './principal.ts'
import { EXPIRED, refusal } from './refusal.ts'

/** Signatures whose verification key cannot sign: with these, what an issuer publishes forges nothing. */
const ALGORITHMS = [
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
  ...['PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'],
]
/** Access tokens (RFC 9068 section 2.1) and those that do not say; not ID, logout or DPoP tokens that say so. */
const TYPES = new Set(['jwt', 'at+jwt', 'application/at+jwt'])
/** Seconds that another machine's clock may be ahead of ours. For `nbf` only: nothing lives beyond its `exp`. */
const CLOCK_TOLERANCE = 5

export interface TrustedIssuer {
  keys: KeySource
  /** Whether it may name people of other issuers. */
  isGateway: boolean
  /** The tenants it may speak for; any when left out. */
  tenants: ReadonlySet<string> | undefined
}

export interface VerifiedToken {
  readonly principal: Principal
  readonly keys: KeySource
  /** `keys.version` before the token was verified. */
  readonly version: number
}

/**
 * Makes the function that verifies a JWT access token: known issuer, signature, expiry, audience, claims
 * (RFC 8725, RFC 9068 section 4). It rejects with InvalidTokenError, or UnavailableError when keys cannot be read.
 *
 * A token with a `cnf` claim is refused: its issuer bound it to a key that the sender must prove to hold
 * (RFC 7800, RFC 9449), and taking it as a plain bearer token would undo exactly that.
 */
export function tokenVerifier(
  resource: string,
  issuers: ReadonlyMap<string, TrustedIssuer>,
  clock: () => number,
): (token: string) => Promise<VerifiedToken> {
  return async (token) => {
    try {
      checkHeader(token)
      const { iss } = decodeJwt(token)
      const trusted = typeof iss === 'string' ? issuers.get(iss) : undefined
      if (!trusted)
        throw new InvalidTokenError('The token comes from an issuer that this server does not trust.')
      const { keys, tenants, isGateway } = trusted
      const { version } = keys
      const { payload } = await jwtVerify(token, (header) => keys.find(header), {
        algorithms: ALGORITHMS,
        issuer: String(iss),
        audience: resource,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE,
        currentDate: new Date(clock()),
      })
      const principal = toPrincipal(bearerOnly(payload), isGateway)
      if (principal.expiresAt * 1000 <= clock()) throw new InvalidTokenError(EXPIRED)
      if (tenants && !tenants.has(principal.tenant)) {
        throw new InvalidTokenError('The issuer of the token may not speak for its tenant.')
      }
      return { principal, keys, version }
    } catch (error) {
      throw refusal(error, resource)
    }
  }
}

function checkHeader(token: string): void {
  const { typ, kid } = decodeProtectedHeader(token)
  if (typ !== undefined && !TYPES.has(String(typ).toLowerCase())) {
    throw new InvalidTokenError('The token is not an access token (typ).')
  }
  // Without a name, a rotated key cannot be told from a forged signature.
  if (typeof kid !== 'string') throw new InvalidTokenError('The token does not name its key (kid).')
}

function bearerOnly(payload: JWTPayload): JWTPayload {
  if (payload.cnf === undefined) return payload
  throw new InvalidTokenError(
    'The token is bound to a key (cnf); this server takes plain bearer tokens only.',
  )
}
