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
  /** What the call may do to the world; unknown where the call never got that far. */
  effect?: 'read' | 'write' | 'destroy' | undefined
  /** How sensitive what was asked for is: all that is kept of arguments and results, beside their sizes. */
  data?: DataClass | undefined
  /** Bytes of the request's body, where its length was sent ahead. */
  requestBytes?: number | undefined
  /** Bytes of the answer's body. */
  resultBytes?: number | undefined
  errorCode?: string | undefined
  durationMs: number
  /** Whether the answer came from the cache. */
  cached?: boolean | undefined
}

export type DataClass = 'public' | 'internal' | 'confidential' | 'restricted'

export type AuditOutcome =
  | 'ok'
  | 'error'
  | 'tool_error'
  | 'input_required'
  | 'task'
  | 'cancelled'
  | 'timeout'
  | 'refused'

/** The event as one line of JSON, put together by hand: a fifth of what `JSON.stringify` takes. */
export function auditLine(event: AuditEvent): string {
  return `{${auditMembers(event)}}\n`
}

/** The same without its braces, for those who put more in front. */
export function auditMembers(event: AuditEvent): string {
  return (
    `"time":"${isoTime(event.time ?? Date.now())}","event":"${event.event}"` +
    `,"requestId":${quote(event.requestId)}` +
    (event.traceId === undefined ? '' : `,"traceId":${quote(event.traceId)}`) +
    whoOf(event) +
    whatOf(event) +
    `,"decision":"${event.decision}"` +
    (event.rule === undefined ? '' : `,"rule":${quoteKnown(event.rule)}`) +
    (event.reason === undefined ? '' : `,"reason":${quote(event.reason)}`) +
    `,"outcome":"${event.outcome}"` +
    (event.requestBytes === undefined ? '' : `,"requestBytes":${event.requestBytes}`) +
    (event.resultBytes === undefined ? '' : `,"resultBytes":${event.resultBytes}`) +
    (event.errorCode === undefined ? '' : `,"errorCode":${quoteKnown(event.errorCode)}`) +
    (event.cached === undefined ? '' : `,"cached":${event.cached}`) +
    `,"durationMs":${Math.round(event.durationMs * 1000) / 1000}`
  )
}

interface Part<Keys extends keyof AuditEvent> {
  readonly of: Pick<AuditEvent, Keys>
  readonly text: string
}

type WhoKeys = 'subject' | 'tenant' | 'clientId' | 'issuer' | 'actor'
type WhatKeys = 'server' | 'kind' | 'name' | 'effect' | 'data'
const MAX_PARTS = 4096
const who = new Map<string | undefined, Part<WhoKeys>>()
const what = new Map<string | undefined, Part<WhatKeys>>()

/** The same people come again and again: what a line says of one is put together once. */
function whoOf(event: AuditEvent): string {
  const { subject, tenant, clientId, issuer, actor } = event
  const known = who.get(subject)
  if (
    known !== undefined &&
    known.of.tenant === tenant &&
    known.of.clientId === clientId &&
    known.of.issuer === issuer &&
    known.of.actor === actor
  )
    return known.text
  const of = { subject, tenant, clientId, issuer, actor }
  return remember(who, subject, of, quoted(of))
}

/** And so do the things that are called. */
function whatOf(event: AuditEvent): string {
  const { server, kind, name, effect, data } = event
  const known = what.get(name)
  if (
    known !== undefined &&
    known.of.server === server &&
    known.of.kind === kind &&
    known.of.effect === effect &&
    known.of.data === data
  )
    return known.text
  const of = { server, kind, name, effect, data }
  return remember(what, name, of, quoted(of))
}

function quoted(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .map(([key, value]) => (value === undefined ? '' : `,"${key}":${quote(value)}`))
    .join('')
}

function remember<Keys extends keyof AuditEvent>(
  parts: Map<string | undefined, Part<Keys>>,
  key: string | undefined,
  of: Pick<AuditEvent, Keys>,
  text: string,
): string {
  if (parts.size >= MAX_PARTS) parts.clear()
  // What nobody could ever call by that name need not be kept.
  if (text.length <= 2 * MAX_TEXT) parts.set(key, { of, text })
  return text
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
