import type { Principal } from '@atoll/auth'
import type { AuditEvent, AuditLog } from '@atoll/telemetry'
import { toProtocolError } from '../compile/failure.ts'
import type { AuditRefusal } from './refusals.ts'

/**
 * Audits a subscription that begins: how long it lasts is not known then. Resolves when that is safe, undefined where there is
 * nothing to wait for. Rejects with a ProtocolError where it must not begin.
 */
export type AuditSubscription = (
  requestId: string,
  principal: Principal,
  method?: 'subscriptions/listen' | 'resources/subscribe',
) => Promise<void> | undefined

/** What becomes of subscriptions, for the audit. */
export interface SubscriptionAudit {
  readonly auditSubscription: AuditSubscription
  readonly auditRefusal: AuditRefusal
}

export function createAuditSubscription(audit: AuditLog | undefined, server: string): AuditSubscription {
  return (requestId, { subject, tenant, clientId, issuer, actor }, name = 'subscriptions/listen') => {
    const event: AuditEvent = {
      event: 'call',
      requestId,
      ...{ subject, tenant, clientId, issuer, actor },
      ...{ server, kind: 'subscription', name },
      ...{ decision: 'allowed', outcome: 'ok', effect: 'read', durationMs: 0 },
    }
    audit?.record(event)
    return audit?.committed?.(event)?.catch((error) => {
      throw toProtocolError(error, requestId)
    })
  }
}
