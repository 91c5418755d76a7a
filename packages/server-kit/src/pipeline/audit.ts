import { UnrecordedError } from '@atoll/audit'
import { AppError, InsufficientScopeError, LimitedError, TimeoutError } from '@atoll/errors'
import type { AuditEvent } from '@atoll/telemetry'
import { CallerGoneError } from '../edge/cancellation.ts'
import { ProtocolError } from '../edge/protocol-error.ts'
import { InputRequired } from '../interaction/input-required.ts'
import type { Invocation, Step } from './invocation.ts'

/** One event for every call and every refusal: who, for whom, what, decision, outcome; never arguments. */
export const audit: Step = (item, kit, next) => async (invocation) => {
  const start = performance.now()
  try {
    kit.audit.admit?.(item.effect)
    const result = await next(invocation)
    record(result.isError === true ? 'tool_error' : result.resultType === 'task' ? 'task' : 'ok')
    return result
  } catch (error) {
    if (error instanceof InputRequired) record('input_required')
    else if (error instanceof CallerGoneError) record('cancelled')
    else record(error instanceof TimeoutError ? 'timeout' : 'error', error)
    throw error
  }

  function record(outcome: AuditEvent['outcome'], error?: unknown): void {
    const { call } = invocation
    const { principal } = call
    const refusal = refusalOf(error, invocation)
    const event: AuditEvent = {
      event: 'call',
      requestId: call.requestId,
      traceId: invocation.operation?.traceId,
      subject: principal.subject,
      tenant: principal.tenant,
      clientId: principal.clientId,
      issuer: principal.issuer,
      actor: principal.actor,
      server: item.server,
      kind: item.kind,
      name: item.name,
      decision: refusal === undefined ? 'allowed' : 'refused',
      rule: refusal,
      outcome: refusal === undefined ? outcome : 'refused',
      effect: item.effect,
      data: item.data,
      errorCode: error === undefined ? undefined : codeOf(error),
      durationMs: performance.now() - start,
    }
    if (call.audited) call.audited(event)
    else kit.audit.record(event)
  }
}

function refusalOf(error: unknown, invocation: Invocation): string | undefined {
  if (error instanceof InsufficientScopeError) return 'scope'
  if (error instanceof LimitedError) return 'rate'
  if (error instanceof UnrecordedError) return 'audit'
  return invocation.refusedBy
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code
  return error instanceof ProtocolError ? String(error.code) : 'INTERNAL'
}
