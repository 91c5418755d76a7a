import type { Discovery } from './discovery.ts'
import type { Headers } from './exchange.ts'
import { headerValue } from './header-value.ts'
import { TIME_LEFT_META_KEY } from './time-left.ts'

export type Meta = Readonly<Record<string, unknown>>

export interface Envelope {
  readonly headers: Record<string, string>
  readonly params: Readonly<Record<string, unknown>>
}

export interface EnvelopeOptions {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  readonly speaks: Pick<Discovery, 'era' | 'protocolVersion' | 'sessionId'>
  readonly info: { name: string; version: string }
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly meta: Meta | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly token: string | undefined
  /** Milliseconds that the answer is waited for; undefined where it may take for ever. */
  readonly timeLeft: number | undefined
}

/** Which parameter the `Mcp-Name` header repeats (MCP streamable-http, Request Metadata). */
const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
}

const PROTOCOL = 'io.modelcontextprotocol/'
const VERSION_KEY = `${PROTOCOL}protocolVersion`
const CAPABILITIES_KEY = `${PROTOCOL}clientCapabilities`
const INFO_KEY = `${PROTOCOL}clientInfo`

/** Headers and parameters of one request as the server's era wants them, made anew for every hop. */
export function envelope(options: EnvelopeOptions): Envelope {
  return options.speaks.era === 'modern' ? modern(options) : legacy(options)
}

function modern({
  method,
  params,
  speaks,
  info,
  capabilities,
  meta,
  headers,
  token,
  timeLeft,
}: EnvelopeOptions): Envelope {
  const named = NAMED[method]
  const name = named === undefined ? undefined : params[named]
  const all = withCommon(headers, token, speaks.protocolVersion)
  all['mcp-method'] = method
  if (typeof name === 'string') all['mcp-name'] = headerValue(name)
  const about: Record<string, unknown> = { ...meta }
  if (timeLeft !== undefined) about[TIME_LEFT_META_KEY] = timeLeft
  about[VERSION_KEY] = speaks.protocolVersion
  about[CAPABILITIES_KEY] = capabilities
  about[INFO_KEY] = info
  return { headers: all, params: { ...params, _meta: about } }
}

function legacy({ params, speaks, meta, token, timeLeft, headers: more }: EnvelopeOptions): Envelope {
  const headers = withCommon(more, token, speaks.protocolVersion)
  if (speaks.sessionId !== undefined) headers['mcp-session-id'] = speaks.sessionId
  // What only 2026-07-28 knows stays here.
  const own = Object.entries(meta ?? {}).filter(([key]) => !key.startsWith(PROTOCOL))
  if (timeLeft !== undefined) own.push([TIME_LEFT_META_KEY, timeLeft])
  return { headers, params: own.length === 0 ? params : { ...params, _meta: Object.fromEntries(own) } }
}

function withCommon(
  more: Readonly<Record<string, string>> | undefined,
  token: string | undefined,
  version: string,
): Record<string, string> {
  const headers: Record<string, string> = { ...more }
  headers['content-type'] = 'application/json'
  headers.accept = 'application/json, text/event-stream'
  headers['mcp-protocol-version'] = version
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  return headers
}

/** One value of a header that may have been sent more than once. */
export function firstHeader(headers: Headers, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}
