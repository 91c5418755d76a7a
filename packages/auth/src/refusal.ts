import { AppError } from '@atoll/errors'
import { errors } from 'jose'
import { InvalidTokenError } from './auth-errors.ts'

export const EXPIRED = 'The token has expired. Get a new one.'

/**
 * Why a token was refused, in words for its sender. An AppError stays what it is; anything else that goes
 * wrong while a token is taken apart is the token's fault.
 */
export function refusal(error: unknown, resource: string): AppError {
  if (error instanceof AppError) return error
  // Not the error itself: it carries the claims, which do not belong in a log.
  const cause = new Error(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  return new InvalidTokenError(reason(error, resource), { cause })
}

function reason(error: unknown, resource: string): string {
  if (error instanceof errors.JWTExpired) return EXPIRED
  if (error instanceof errors.JWTClaimValidationFailed) return claimReason(error, resource)
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return 'The token is signed with an algorithm that is not accepted here.'
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return 'The token is signed with a key that its issuer does not have.'
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'The signature of the token is wrong.'
  return 'This is not a valid access token.'
}

function claimReason({ claim, reason }: errors.JWTClaimValidationFailed, resource: string): string {
  if (reason === 'missing') return `The token has no "${claim}" claim.`
  if (claim === 'aud') return `The token is for somebody else; its audience must be ${resource}.`
  if (claim === 'nbf' && reason === 'check_failed') return 'The token is not valid yet.'
  return `The token has an unusable "${claim}" claim.`
}
