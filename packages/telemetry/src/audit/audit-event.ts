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
  /** What was asked for: `tool`, `resource`, `prompt`, or a method. */
  kind: string
  /** Of the tool, prompt or resource. */
  name?: string | undefined
  decision: 'allowed' | 'refused'
  /** Why it was refused, or which rule allowed it. */
  rule?: string | undefined
  /** What somebody gave as their reason, or why something was refused, where that is more than a rule. */
  reason?: string | undefined
  outcome: AuditOutcome
  errorCode?: string | undefined
  durationMs: number
  /** Whether the answer came from the cache. */
  cached?: boolean | undefined
}

export type AuditOutcome =
  | 'ok'
  | 'error'
  | 'tool_error'
  | 'input_required'
  | 'task'
  | 'cancelled'
  | 'timeout'
  | 'refused'

/** The event as one line of JSON, put together by hand: a third of what `JSON.stringify` takes. */
export function auditLine(event: AuditEvent): string {
  return (
    `{"time":"${isoTime(event.time ?? Date.now())}","event":"${event.event}"` +
    `,"requestId":${quote(event.requestId)}` +
    (event.traceId === undefined ? '' : `,"traceId":${quote(event.traceId)}`) +
    (event.subject === undefined ? '' : `,"subject":${quoteKnown(event.subject)}`) +
    (event.tenant === undefined ? '' : `,"tenant":${quoteKnown(event.tenant)}`) +
    (event.clientId === undefined ? '' : `,"clientId":${quoteKnown(event.clientId)}`) +
    (event.issuer === undefined ? '' : `,"issuer":${quoteKnown(event.issuer)}`) +
    (event.actor === undefined ? '' : `,"actor":${quoteKnown(event.actor)}`) +
    `,"server":${quoteKnown(event.server)},"kind":${quoteKnown(event.kind)}` +
    (event.name === undefined ? '' : `,"name":${quoteKnown(event.name)}`) +
    `,"decision":"${event.decision}"` +
    (event.rule === undefined ? '' : `,"rule":${quoteKnown(event.rule)}`) +
    (event.reason === undefined ? '' : `,"reason":${quote(event.reason)}`) +
    `,"outcome":"${event.outcome}"` +
    (event.errorCode === undefined ? '' : `,"errorCode":${quoteKnown(event.errorCode)}`) +
    (event.cached === undefined ? '' : `,"cached":${event.cached}`) +
    `,"durationMs":${event.durationMs.toFixed(3)}}\n`
  )
}

/** Names come from callers; an audit line stays a line, and fits its chunk. */
const MAX_TEXT = 512

function quote(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  for (let index = 0; index < short.length; index++) {
    const code = short.charCodeAt(index)
    if (code < 32 || code > 126 || code === 34 || code === 92) return JSON.stringify(short)
  }
  return `"${short}"`
}

const known = new Map<string, string>()
const MAX_KNOWN = 4096

/** For values that come again and again: people, tenants, tools. */
function quoteKnown(text: string): string {
  const before = known.get(text)
  if (before !== undefined) return before
  const quoted = quote(text)
  if (known.size >= MAX_KNOWN) known.clear()
  if (text.length <= MAX_TEXT) known.set(text, quoted)
  return quoted
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
