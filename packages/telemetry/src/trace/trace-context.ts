/** A position in a trace, as W3C Trace Context carries it. */
export interface TraceContext {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
  readonly tracestate: string | undefined
}

/** `_meta` of a message, or HTTP headers: both carry the same lower-case keys (SEP-414). */
export type Carrier = Readonly<Record<string, unknown>>

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const ZERO_TRACE = '0'.repeat(32)
const ZERO_SPAN = '0'.repeat(16)
/** W3C Trace Context section 3.3.1.5: more than this may be dropped. */
const MAX_TRACESTATE = 512

/** The context in a carrier, or undefined when there is none or it breaks W3C Trace Context section 3.2. */
export function readTraceContext(carrier: Carrier | undefined): TraceContext | undefined {
  const header = carrier?.traceparent
  if (typeof header !== 'string') return undefined
  const [, version, traceId, spanId, flags, rest] = TRACEPARENT.exec(header) ?? []
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) {
    return undefined
  }
  // Version 00 has exactly four fields; later versions may append some.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (traceId === ZERO_TRACE || spanId === ZERO_SPAN) return undefined
  const { tracestate } = carrier ?? {}
  const usable = typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= MAX_TRACESTATE
  return {
    traceId,
    spanId,
    sampled: (Number.parseInt(flags, 16) & 1) === 1,
    tracestate: usable ? tracestate : undefined,
  }
}

/**
 * A copy of `meta` that carries `context` and nothing of the trace it carried before. Baggage is dropped: it
 * came from outside, nothing here reads it, and it must not cross a trust boundary unseen.
 */
export function writeTraceContext(
  meta: Carrier | undefined,
  context: TraceContext | undefined,
): Record<string, unknown> {
  const { traceparent: _, tracestate: __, baggage: ___, ...rest } = (meta ?? {}) as Record<string, unknown>
  if (context === undefined) return rest
  rest.traceparent = `00-${context.traceId}-${context.spanId}-${context.sampled ? '01' : '00'}`
  if (context.tracestate !== undefined) rest.tracestate = context.tracestate
  return rest
}

/** A fresh position of a trace that is not recorded, so that servers further on follow the decision. */
export function unsampledContext(): TraceContext {
  return { traceId: randomHex(32), spanId: randomHex(16), sampled: false, tracestate: undefined }
}

// Ids need to be unique, not unguessable (W3C Trace Context section 5.1), hence no crypto.
function randomHex(length: 16 | 32): string {
  let text = ''
  while (text.length < length) {
    text += Math.floor(Math.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0')
  }
  return text === ZERO_TRACE || text === ZERO_SPAN ? randomHex(length) : text
}
