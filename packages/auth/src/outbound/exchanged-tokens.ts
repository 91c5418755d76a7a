import { ForbiddenError, UnavailableError } from '@atoll/errors'
import { InvalidTokenError } from '../auth-errors.ts'
import type { Principal } from '../principal.ts'
import { grantedOf } from '../scopes.ts'
import { ACCESS_TOKEN_TYPE, checkIssuedType, checkSubject, JWT_TYPE } from './exchanged-token.ts'
import { checkIssued, unusable, type Wanted } from './issued-token.ts'
import { type SubjectToken, subjectTokenOf } from './subject-tokens.ts'
import { type Target, targetParameters } from './target.ts'
import { type Obtained, TokenCache } from './token-cache.ts'
import type { TokenEndpoint } from './token-endpoint.ts'
import { TOKEN_EXCHANGE } from './token-exchange.ts'
import { TokenRefusedError } from './token-failure.ts'
import type { OutboundTokenSource } from './token-source.ts'

export interface ExchangedTokenOptions {
  endpoint: TokenEndpoint
  /** Whose tokens may be shown to the endpoint. An authenticator keeps those that it names as `exchangeable`. */
  subjectIssuers: ReadonlySet<string>
  /** How the endpoint wants to be told what the token is for; `resource` unless told otherwise. */
  target?: Target | undefined
  /** Makes a JWT that says who acts, where it is not enough who asks (RFC 8693 section 2.1, `actor_token`). */
  actorToken?: (() => Promise<string>) | undefined
  /** Tokens that are remembered; 10,000 unless told otherwise. */
  maxCachedTokens?: number
  /** Milliseconds since the epoch. */
  clock?: () => number
}

/** Seconds for which a token is used at most, so that what the identity provider decides counts soon. */
const LONGEST = 300
/** Refusals that the caller can mend by signing in again. */
const SIGN_IN: ReadonlySet<string> = new Set([
  ...['invalid_grant', 'login_required', 'interaction_required', 'consent_required'],
])
/** Refusals that say no to the caller, not to how they were asked. */
const NO: ReadonlySet<string> = new Set(['invalid_scope', 'access_denied'])

/**
 * Tokens that an identity provider hands out for the caller's own (RFC 8693). Only principals of an authenticator that
 * keeps their tokens can be exchanged; the token leaves in no other way than to the endpoint.
 */
export function exchangedTokens(options: ExchangedTokenOptions): OutboundTokenSource {
  const { endpoint, subjectIssuers, target = 'resource', actorToken, clock = Date.now } = options
  const cache = new TokenCache({ max: options.maxCachedTokens ?? 10_000, clock })

  const exchange = async (principal: Principal, subject: SubjectToken, wanted: Wanted): Promise<Obtained> => {
    const end = Math.floor(principal.expiresAt)
    const answer = await endpoint
      .ask(TOKEN_EXCHANGE, {
        subject_token: subject.token,
        subject_token_type: ACCESS_TOKEN_TYPE,
        requested_token_type: ACCESS_TOKEN_TYPE,
        ...targetParameters(target, wanted.audience),
        ...(wanted.scopes.length > 0 && { scope: wanted.scopes.join(' ') }),
        ...(actorToken && { actor_token: await actorToken(), actor_token_type: JWT_TYPE }),
      })
      .catch((error) => {
        throw error instanceof TokenRefusedError ? refused(error) : error
      })
    if (answer.token === subject.token) throw unusable(`${endpoint.issuer} gave the caller's own token back`)
    checkIssuedType(answer, endpoint.issuer)
    checkSubject(answer, principal, endpoint.issuer)
    checkIssued(answer, wanted, endpoint.issuer)
    const latest = Math.min(end, Math.floor(clock() / 1000) + LONGEST)
    const expiresAt = Math.min(answer.expiresAt, latest)
    return { token: answer.token, expiresAt, isLast: expiresAt === end }
  }

  return {
    token({ principal, audience, scopes, fresh = false }) {
      if (Math.floor(principal.expiresAt) * 1000 <= clock())
        throw new InvalidTokenError('The token has expired. Get a new one.')
      const subject = subjectIssuers.has(principal.issuer) ? subjectTokenOf(principal) : undefined
      if (!subject) {
        throw new ForbiddenError(
          `Only who signs in at ${endpoint.issuer} can use this: no other credential can be exchanged there.`,
        )
      }
      const wanted = { audience, scopes: grantedOf(principal, scopes) }
      const key = `${subject.digest} ${audience} ${wanted.scopes.join(' ')}`
      return cache.get(key, fresh, () => exchange(principal, subject, wanted))
    },
  }
}

function refused(cause: TokenRefusedError): Error {
  if (SIGN_IN.has(cause.code)) {
    return new InvalidTokenError('Your sign-in is not accepted any more. Sign in again.', { cause })
  }
  if (NO.has(cause.code)) {
    return new ForbiddenError('The identity provider does not let you do this here.', { cause })
  }
  // How it was asked, or by whom: no caller can mend that.
  return new UnavailableError('Authorizations cannot be had from the identity provider at the moment.', {
    cause,
    retryAfter: 30,
  })
}
