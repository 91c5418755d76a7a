import type { Result } from '@atoll/client'
import { AppError, InsufficientScopeError, TimeoutError } from '@atoll/errors'
import { type Call, ProtocolError } from '@atoll/server-kit'
import type { ActiveOperation, AuditEvent, AuditLog, Telemetry } from '@atoll/telemetry'
import { isWorthLogging } from './failure.ts'

export interface Observers {
  readonly telemetry: Telemetry
  readonly audit: AuditLog
}

export interface Subject {
  /** The server that is called. */
  readonly server: string
  readonly method: string
  /** Exposed name of a known tool or prompt; never what a caller made up, because it names a time series. */
  readonly name: string | undefined
}

/** Trace, measure and audit one call: who, whose, what, decision and outcome, never arguments. */
export async function observed(
  subject: Subject,
  call: Call,
  { telemetry, audit }: Observers,
  run: (operation: ActiveOperation) => Promise<Result>,
): Promise<Result> {
  const { principal, requestId, meta, rpcId, protocolVersion } = call
  const start = performance.now()
  const operation = telemetry
    .operation(subject.method, subject.name)
    .start({ meta, requestId: rpcId, logId: requestId, protocolVersion })
  const record = (outcome: AuditEvent['outcome'], error?: unknown) =>
    audit.record({
      event: 'call',
      requestId,
      traceId: operation.traceId,
      subject: principal.subject,
      tenant: principal.tenant,
      clientId: principal.clientId,
      issuer: principal.issuer,
      actor: principal.actor,
      server: subject.server,
      kind: subject.method,
      name: subject.name,
      decision: error instanceof InsufficientScopeError ? 'refused' : 'allowed',
      rule: error instanceof InsufficientScopeError ? 'scope' : undefined,
      outcome,
      errorCode: error === undefined ? undefined : codeOf(error),
      durationMs: performance.now() - start,
    })
  try {
    const result = await run(operation)
    record(outcomeOf(result))
    operation.end(result.isError === true ? { errorType: 'tool_error' } : {})
    return result
  } catch (error) {
    if (isWorthLogging(error) && !call.cancellation.aborted)
      telemetry.logger.warn({ err: error, requestId, server: subject.server }, 'A call failed')
    record(failureOf(error, call), error)
    operation.end({ errorType: call.cancellation.aborted ? 'cancelled' : codeOf(error) })
    throw error
  }
}

function outcomeOf({ isError, resultType }: Result): AuditEvent['outcome'] {
  if (isError === true) return 'tool_error'
  if (resultType === 'input_required') return 'input_required'
  return resultType === 'task' ? 'task' : 'ok'
}

function failureOf(error: unknown, call: Call): AuditEvent['outcome'] {
  if (call.cancellation.aborted) return 'cancelled'
  return error instanceof TimeoutError ? 'timeout' : 'error'
}

function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code
  return error instanceof ProtocolError ? String(error.code) : 'INTERNAL'
}
