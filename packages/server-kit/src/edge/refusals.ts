import type { Principal } from '@atoll/auth'
import type { AuditLog } from '@atoll/telemetry'

export interface Refusal {
  requestId: string
  /** Undefined where nobody has identified themselves yet. */
  principal?: Principal
  kind: string
  name?: string
  /** What refused: `token`, `origin`, `unknown`, `state`, `subscription`. */
  rule: string
  errorCode?: string
}

/** Audits what is refused before the pipeline is reached. */
export type AuditRefusal = (refusal: Refusal) => void

export function createAuditRefusal(audit: AuditLog | undefined, server: string): AuditRefusal {
  return ({ requestId, principal, kind, name, rule, errorCode }) =>
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
}
