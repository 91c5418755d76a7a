import { UnrecordedError } from '@atoll/audit'
import { InvalidTokenError } from '@atoll/auth'
import {
  ERROR_META_KEY,
  InsufficientScopeError,
  LimitedError,
  OverloadedError,
  TimeoutError,
} from '@atoll/errors'
import { type Call, ProtocolError } from '@atoll/server-kit'
import { type AuditEvent, type AuditLog, readTraceContext } from '@atoll/telemetry'
import { codeOf } from './failure.ts'
import type { Route } from './fleet.ts'
import { DisabledError } from './policy/disabled-error.ts'
import { QuarantinedError } from './protection/quarantined-error.ts'
import { RestrictedError } from './protection/restricted-error.ts'

/** What a caller asks for, in the kit's words, and what becomes known of it under way. */
export interface Asked {
  readonly kind: 'tool' | 'resource' | 'prompt' | 'completion' | 'task' | 'listing'
  /** As the caller wrote it; once its route is known, as it is listed. */
  name: string | undefined
  /** The gateway itself until it is known where the request goes. */
  server: string
  route: Route | undefined
  /** The rule of the policy that decided. */
  rule: string | undefined
  isRefused: boolean
  /** Whether limits took note of it as a call of what it goes to. */
  isCounted: boolean
  /** It stops what runs, and is told nothing of it. */
  isCancel: boolean
  /** Somebody was asked something for it, so that its answer is good for this one call. */
  isAnswered: boolean
  /** What was masked in the answer, and what it hides, counted. */
  found: Pick<AuditEvent, 'redactions' | 'flags'> | undefined
  traceId: string | undefined
}

const MAX_NAME = 100

export function asked(kind: Asked['kind'], name: unknown): Asked {
  const given = typeof name === 'string' ? name.slice(0, MAX_NAME) : undefined
  return {
    kind,
    name: given,
    server: 'gateway',
    route: undefined,
    rule: undefined,
    isRefused: false,
    isCounted: false,
    isCancel: false,
    isAnswered: false,
    found: undefined,
    traceId: undefined,
  }
}

/** One event for every call and every refusal: who, whose, what, decision and outcome, never arguments. */
export async function audited<Answer extends object>(
  about: Asked,
  call: Call,
  audit: AuditLog,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const start = performance.now()
  const record = (outcome: AuditEvent['outcome'], error?: unknown, errorCode = codeOfFailure(error)) => {
    const { principal, requestId } = call
    const refusal = ruleOf(error, about)
    const event: AuditEvent = {
      event: 'call',
      requestId,
      // What is refused starts no span, and is part of its caller's trace all the same.
      traceId: about.traceId ?? readTraceContext(call.meta)?.traceId,
      subject: principal.subject,
      tenant: principal.tenant,
      clientId: principal.clientId,
      issuer: principal.issuer,
      actor: principal.actor,
      server: about.server,
      kind: about.kind,
      name: about.name,
      decision: refusal === undefined ? 'allowed' : 'refused',
      rule: refusal ?? about.rule,
      outcome: refusal === undefined ? outcome : 'refused',
      errorCode,
      effect: about.kind === 'listing' ? 'read' : about.route?.entry?.effect,
      data: about.route?.entry?.data,
      ...about.found,
      durationMs: performance.now() - start,
    }
    if (call.audited) call.audited(event)
    else audit.record(event)
  }
  try {
    const result = await run()
    record(outcomeOf(result), undefined, codeOfResult(result))
    return result
  } catch (error) {
    record(failureOf(error, call), error)
    throw error
  }
}

function ruleOf(error: unknown, { kind, route, name, rule, isRefused }: Asked): string | undefined {
  if (isRefused) return rule
  if (error instanceof DisabledError) return 'disabled'
  if (error instanceof RestrictedError) return 'restricted'
  if (error instanceof QuarantinedError) return 'quarantine'
  if (error instanceof InsufficientScopeError) return 'scope'
  if (error instanceof InvalidTokenError) return 'token'
  if (error instanceof LimitedError) return 'rate'
  if (error instanceof OverloadedError) return 'load'
  if (error instanceof UnrecordedError) return 'audit'
  if (route || !(error instanceof ProtocolError)) return undefined
  return name === undefined || kind === 'listing' ? 'input' : 'unknown'
}

function outcomeOf({
  isError,
  resultType,
}: {
  isError?: unknown
  resultType?: unknown
}): AuditEvent['outcome'] {
  if (isError === true) return 'tool_error'
  if (resultType === 'input_required') return 'input_required'
  return resultType === 'task' ? 'task' : 'ok'
}

function codeOfFailure(error: unknown): string | undefined {
  return error === undefined ? undefined : codeOf(error)
}

/** Servers of the kit say with what a tool failed. Others may say anything there. */
function codeOfResult({ isError, _meta: meta }: { isError?: unknown; _meta?: unknown }): string | undefined {
  const about = isError === true ? (meta as Record<string, unknown> | undefined)?.[ERROR_META_KEY] : undefined
  const { code } = (about ?? {}) as { code?: unknown }
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,39}$/.test(code) ? code : undefined
}

function failureOf(error: unknown, call: Call): AuditEvent['outcome'] {
  if (call.cancellation.aborted) return 'cancelled'
  return error instanceof TimeoutError ? 'timeout' : 'error'
}
