import type { Principal } from '@atoll/auth'
import type { AuditLog } from '@atoll/telemetry'

export interface Refusal {
  requestId: string
  /** Undefined where nobody has identified themselves yet. */
  principal?: Principal
  kind: string
  name?: string
  /** What refused: `token`, `origin`, `unknown`, `state`, `subscription`, `input`, or of a limit. */
  rule: string
  errorCode?: string | undefined
}

/**
 * Audits what is refused before the pipeline is reached. Resolves when that is safe, also where it could not be kept:
 * a refusal shows nothing and does nothing. Undefined where there is nothing to wait for.
 */
export type AuditRefusal = (refusal: Refusal) => Promise<void> | undefined

export function createAuditRefusal(audit: AuditLog | undefined, server: string): AuditRefusal {
  return ({ requestId, principal, kind, name, rule, errorCode }) => {
    audit?.record({
      event: 'call',
      requestId,
      subject: principal?.subject,
      tenant: principal?.tenant,
      clientId: principal?.clientId,
      issuer: principal?.issuer,
      actor: principal?.actor,
      server,
      kind,
      name: name?.slice(0, 100),
      decision: 'refused',
      rule,
      outcome: 'refused',
      errorCode,
      durationMs: 0,
    })
    return audit?.committed?.(undefined)
  }
}
