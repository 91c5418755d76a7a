import { randomFillSync } from 'node:crypto'

/** `_meta` of a message, or HTTP headers: both carry the same lower-case keys (SEP-414). */
export type Carrier = Readonly<Record<string, unknown>>

/** W3C Trace Context section 3.3.1.5: more than this may be dropped. */
const MAX_TRACESTATE = 512

/** A position in a trace. Keeps the header as it is: most are passed on and never taken apart. */
export class TraceContext {
  /** `00-<trace id>-<span id>-<flags>`. */
  readonly traceparent: string
  readonly tracestate: string | undefined

  constructor(traceparent: string, tracestate?: string) {
    this.traceparent = traceparent
    this.tracestate = tracestate
  }

  get traceId(): string {
    return this.traceparent.slice(3, 35)
  }

  get spanId(): string {
    return this.traceparent.slice(36, 52)
  }

  get isSampled(): boolean {
    // The last hex digit; '0'-'9' end in the digit's own lowest bit, 'a'-'f' in its opposite.
    const code = this.traceparent.charCodeAt(54)
    return (code & 1) === (code < 58 ? 1 : 0)
  }
}

/** The context in a carrier, or undefined when there is none or it breaks W3C Trace Context section 3.2. */
export function readTraceContext(carrier: Carrier | undefined): TraceContext | undefined {
  const header = carrier?.traceparent
  if (typeof header !== 'string' || !isTraceparent(header)) return undefined
  const tracestate = carrier?.tracestate
  const isUsable = typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= MAX_TRACESTATE
  return new TraceContext(
    header.length === 55 && header.startsWith('00') ? header : `00${header.slice(2, 55)}`,
    isUsable ? tracestate : undefined,
  )
}

/**
 * A copy of `meta` that carries `context` and nothing of the trace it carried before. Baggage is dropped: it
 * came from outside, nothing here reads it, and it must not cross a trust boundary unseen.
 */
export function writeTraceContext(
  meta: Carrier | undefined,
  context: TraceContext | undefined,
): Record<string, unknown> {
  const rest: Record<string, unknown> = { ...meta }
  // Most carry none of them, and to delete makes an object slow.
  for (const key of TRACE_KEYS) if (rest[key] !== undefined) delete rest[key]
  if (context === undefined) return rest
  rest.traceparent = context.traceparent
  if (context.tracestate !== undefined) rest.tracestate = context.tracestate
  return rest
}

/** A fresh position of a trace that is not recorded, so that servers further on follow the decision. */
export function unsampledContext(): TraceContext {
  const hex = randomHex24()
  return new TraceContext(`00-${hex.slice(0, 32)}-${hex.slice(32)}-00`)
}

const TRACE_KEYS = ['traceparent', 'tracestate', 'baggage']

const DASH = 45
const HEX = new Uint8Array(128)
for (const digit of '0123456789abcdef') HEX[digit.charCodeAt(0)] = 1

function isTraceparent(header: string): boolean {
  const { length } = header
  // Version 00 has exactly four fields; later versions may append some.
  if (length < 55 || (length > 55 && (header.startsWith('00') || header.charCodeAt(55) !== DASH)))
    return false
  if (header.startsWith('ff')) return false
  for (let index = 0; index < 55; index++) {
    const code = header.charCodeAt(index)
    const isDash = index === 2 || index === 35 || index === 52
    if (isDash ? code !== DASH : HEX[code] !== 1) return false
  }
  return !header.startsWith(ZERO_TRACE, 3) && !header.startsWith(ZERO_SPAN, 36)
}

const ZERO_TRACE = '0'.repeat(32)
const ZERO_SPAN = '0'.repeat(16)

const pool = Buffer.allocUnsafe(24 * 256)
let used = pool.length

/** 24 random bytes; all zero, which would be invalid, is as good as impossible. */
function randomHex24(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const hex = pool.toString('hex', used, used + 24)
  used += 24
  return hex
}
