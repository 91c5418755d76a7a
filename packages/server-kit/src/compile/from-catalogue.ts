import type { AuditEvent, AuditLog, Telemetry } from '@atoll/telemetry'
import { measured } from '../edge/measured.ts'
import { ProtocolError } from '../edge/protocol-error.ts'
import type { Call, Params, Rendered, Result } from '../edge/service.ts'

export interface CatalogueQuestion {
  readonly method: string
  /** What the audit calls it. */
  readonly kind: 'listing' | 'resource'
  readonly nameOf: (params: Params) => string
  readonly server: string
  readonly audit: AuditLog
  readonly telemetry: Telemetry
}

type Answer = Result | Rendered

/** What is known from the start and needs no pipeline: counted, timed and audited like any call. */
export function fromCatalogue(
  { method, kind, nameOf, server, audit, telemetry }: CatalogueQuestion,
  answer: (params: Params) => Answer,
): (params: Params, call: Call) => Answer {
  const operation = telemetry.operation(method)

  return (params, call) =>
    measured(operation, call, (traceId) => {
      const start = performance.now()
      try {
        const found = answer(params)
        record('ok')
        return found
      } catch (error) {
        record('error', error instanceof ProtocolError ? String(error.code) : 'INTERNAL')
        throw error
      }

      function record(outcome: AuditEvent['outcome'], errorCode?: string): void {
        const { subject, tenant, clientId, issuer, actor } = call.principal
        const event: AuditEvent = {
          event: 'call',
          requestId: call.requestId,
          traceId,
          ...{ subject, tenant, clientId, issuer, actor },
          ...{ server, kind, name: nameOf(params).slice(0, 100) },
          decision: 'allowed',
          outcome,
          errorCode,
          effect: 'read',
          durationMs: performance.now() - start,
        }
        if (call.audited) call.audited(event)
        else audit.record(event)
      }
    })
}
