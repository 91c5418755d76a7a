import { UnavailableError } from '@atoll/errors'
import type { TokenAnswer } from './token-answer.ts'

export interface Wanted {
  readonly audience: string
  readonly scopes: readonly string[]
}

/** What OpenID Connect says of a person; providers add them by themselves, and they open nothing at a server. */
const ABOUT_THE_PERSON: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'address', 'phone'])

/**
 * Holds what an identity provider handed out against what was asked for, as far as the token can be read: for this
 * server alone, with no more scopes. Throws UnavailableError, whose cause says what is wrong, so that a mistake there
 * never sends a server more than it may have.
 */
export function checkIssued({ claims, scopes }: TokenAnswer, wanted: Wanted, issuer: string): void {
  const audiences = claims && [claims.aud ?? []].flat()
  if (audiences && (audiences.length !== 1 || audiences[0] !== wanted.audience)) {
    throw unusable(
      `${issuer} gave a token for ${audiences.join(' and ') || 'nobody'}, not ${wanted.audience}`,
    )
  }
  const more = (scopes ?? []).filter(
    (scope) => !wanted.scopes.includes(scope) && !ABOUT_THE_PERSON.has(scope),
  )
  if (more.length > 0) throw unusable(`${issuer} gave ${more.join(' ')}, which was not asked for`)
}

/** Somebody has to look at the identity provider, or at how it is configured here. */
export function unusable(problem: string): UnavailableError {
  return new UnavailableError('The identity provider handed out an authorization that cannot be used.', {
    cause: new Error(problem),
    retryAfter: 5,
  })
}
