import { createTraceState, type SpanContext } from '@opentelemetry/api'
import { TraceContext } from './trace-context.ts'

/** Our context as OpenTelemetry's, of a parent elsewhere. */
export function spanContextOf({ traceId, spanId, isSampled, tracestate }: TraceContext): SpanContext {
  return {
    traceId,
    spanId,
    traceFlags: isSampled ? 1 : 0,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  }
}

/** OpenTelemetry's context as ours. */
export function contextOf({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const flags = (traceFlags & 1) === 1 ? '01' : '00'
  return new TraceContext(`00-${traceId}-${spanId}-${flags}`, traceState?.serialize() || undefined)
}
