import type { Principal } from '@atoll/auth'
import type { AuditEvent, AuditLog } from '@atoll/telemetry'
import { toProtocolError } from '../compile/failure.ts'

/**
 * Audits a subscription that begins: how long it lasts is not known then. Resolves when that is safe, undefined where there is
 * nothing to wait for. Rejects with a ProtocolError where it must not begin.
 */
export type AuditSubscription = (requestId: string, principal: Principal) => Promise<void> | undefined

export function createAuditSubscription(audit: AuditLog | undefined, server: string): AuditSubscription {
  return (requestId, { subject, tenant, clientId, issuer, actor }) => {
    const event: AuditEvent = {
      event: 'call',
      requestId,
      ...{ subject, tenant, clientId, issuer, actor },
      ...{ server, kind: 'subscription', name: 'subscriptions/listen' },
      ...{ decision: 'allowed', outcome: 'ok', effect: 'read', durationMs: 0 },
    }
    audit?.record(event)
    return audit?.committed?.(event)?.catch((error) => {
      throw toProtocolError(error, requestId)
    })
  }
}
