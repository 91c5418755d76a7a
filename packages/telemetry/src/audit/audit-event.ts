/** One call or refusal. Never arguments or results. */
export interface AuditEvent {
  /** Milliseconds since the epoch; now, when left out. */
  time?: number
  event: 'call'
  requestId: string
  traceId?: string | undefined
  subject?: string | undefined
  tenant?: string | undefined
  clientId?: string | undefined
  issuer?: string | undefined
  /** Who acted for the subject (RFC 8693 `act`). */
  actor?: string | undefined
  server: string
  /** What was asked for: `tools/call`, `resources/read`, ... */
  kind: string
  /** Of the tool, prompt or resource. */
  name?: string | undefined
  decision: 'allowed' | 'refused'
  /** Why it was refused, or which rule allowed it. */
  rule?: string | undefined
  outcome:
    | 'ok'
    | 'input_required'
    | 'error'
    | 'tool_error'
    | 'input_required'
    | 'task'
    | 'cancelled'
    | 'timeout'
    | 'refused'
  errorCode?: string | undefined
  durationMs: number
  /** Whether the answer came from the cache. */
  cached?: boolean | undefined
}

/** The event as one line of JSON. Strings are quoted by hand where nothing in them needs escaping. */
export function auditLine(event: AuditEvent): string {
  return (
    `{"time":"${isoTime(event.time ?? Date.now())}","event":"${event.event}"` +
    text('requestId', event.requestId) +
    text('traceId', event.traceId) +
    text('subject', event.subject) +
    text('tenant', event.tenant) +
    text('clientId', event.clientId) +
    text('issuer', event.issuer) +
    text('actor', event.actor) +
    text('server', event.server) +
    text('kind', event.kind) +
    text('name', event.name) +
    `,"decision":"${event.decision}"` +
    text('rule', event.rule) +
    `,"outcome":"${event.outcome}"` +
    text('errorCode', event.errorCode) +
    (event.cached === undefined ? '' : `,"cached":${event.cached}`) +
    `,"durationMs":${Math.round(event.durationMs * 1000) / 1000}}\n`
  )
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/
/** Names come from callers; an audit line stays a line. */
const MAX_TEXT = 512

function text(key: string, value: string | undefined): string {
  if (value === undefined) return ''
  const short = value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value
  return PLAIN.test(short) ? `,"${key}":"${short}"` : `,"${key}":${JSON.stringify(short)}`
}

let lastTime = 0
let lastIso = new Date(0).toISOString()

// Many events share a millisecond, and formatting one costs as much as the rest of the line.
function isoTime(time: number): string {
  if (time !== lastTime) {
    lastTime = time
    lastIso = new Date(time).toISOString()
  }
  return lastIso
}
