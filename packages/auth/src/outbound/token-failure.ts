import { UnavailableError } from '@atoll/errors'
import { ResponseBodyError, WWWAuthenticateChallengeError } from 'oauth4webapi'

/** The endpoint said no (RFC 6749 section 5.2). Internal: callers get an AppError made from it. */
export class TokenRefusedError extends Error {
  /** `invalid_grant` and the like. */
  readonly code: string
  constructor(code: string, endpoint: string, description = '') {
    super(`${endpoint} answered ${code} ${description}`.trim())
    this.name = 'TokenRefusedError'
    this.code = code
  }
}

/** Seconds. */
const RETRY_LATER = 5

/**
 * What went wrong at a token endpoint: TokenRefusedError or UnavailableError. Only words are taken over from the
 * library's errors, because what they hold beside them may be a token.
 */
export function tokenFailure(error: unknown, endpoint: string, retryAfter = RETRY_LATER): Error {
  if (error instanceof ResponseBodyError && error.status !== 429) {
    return new TokenRefusedError(error.error, endpoint, error.error_description)
  }
  if (error instanceof WWWAuthenticateChallengeError) return new TokenRefusedError('invalid_client', endpoint)
  const reason = error instanceof Error ? error.message : 'failed'
  return new UnavailableError('Whoever hands out authorizations cannot be reached at the moment.', {
    cause: new Error(`${endpoint}: ${reason}`),
    retryAfter,
  })
}
