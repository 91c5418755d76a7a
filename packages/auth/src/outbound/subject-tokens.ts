import { digest } from '../digest.ts'
import type { Principal } from '../principal.ts'

/** The token that a principal was verified from. */
export interface SubjectToken {
  readonly token: string
  /** Stands for issuer, subject, client and session at once: a token has one of each. */
  readonly digest: string
}

/**
 * Beside the principals, not in them: nothing that prints, copies or sends a principal takes its token along. No part
 * of the package's public list, so that only an exchange at an authorization server can read it.
 */
const kept = new WeakMap<Principal, SubjectToken>()

export function keepSubjectToken(principal: Principal, token: string): void {
  kept.set(principal, { token, digest: digest(token) })
}

export function subjectTokenOf(principal: Principal): SubjectToken | undefined {
  return kept.get(principal)
}
