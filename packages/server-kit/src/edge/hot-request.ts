import type { IncomingHttpHeaders } from 'node:http'
import {
  CLIENT_CAPABILITIES_KEY,
  CLIENT_INFO_KEY,
  LEGACY_VERSIONS,
  LOG_LEVEL_KEY,
  MODERN_VERSION,
  PROTOCOL_VERSION_KEY,
} from './meta-keys.ts'
import { METHODS, NAMED } from './methods.ts'
import { decodeHeaderValue } from './param-headers.ts'
import type { ClientCapabilities, Era, Method, Params } from './service.ts'
import { isSkillMethod } from './skill-wire.ts'

/** A request that is plainly well-formed and asks for one of the methods dispatched from the catalogue. */
export interface HotRequest {
  readonly era: Era
  readonly protocolVersion: string
  readonly id: string | number
  readonly method: Method
  readonly params: Params
  readonly meta: Readonly<Record<string, unknown>>
  readonly clientCapabilities: ClientCapabilities
  readonly clientInfo: { name: string; version: string } | undefined
}

const HOT: ReadonlySet<string> = new Set(METHODS)
const LEVELS = new Set(['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'])
const NOTHING: Readonly<Record<string, never>> = Object.freeze({})

/**
 * Read a request for direct dispatch. Undefined means "not plainly well-formed": the SDK then decides, and
 * words the refusal, so that there is one judge of bad requests (MCP streamable-http, Server Validation).
 */
export function readHotRequest(headers: IncomingHttpHeaders, body: unknown): HotRequest | undefined {
  if (!isObject(body) || body.jsonrpc !== '2.0') return undefined
  const { id, method } = body
  if (typeof method !== 'string' || !HOT.has(method)) return undefined
  if (typeof id !== 'string' && !Number.isInteger(id)) return undefined
  const params = body.params ?? NOTHING
  if (!isObject(params)) return undefined
  const meta = params._meta ?? NOTHING
  if (!isObject(meta)) return undefined
  const token = meta.progressToken
  if (token !== undefined && typeof token !== 'string' && !Number.isInteger(token)) return undefined
  const request = { id: id as string | number, method: method as Method, params, meta }
  return PROTOCOL_VERSION_KEY in meta ? readModern(headers, request) : readLegacy(headers, request)
}

type Common = Pick<HotRequest, 'id' | 'method' | 'params' | 'meta'>

function readModern(headers: IncomingHttpHeaders, request: Common): HotRequest | undefined {
  const { meta, method, params } = request
  if (meta[PROTOCOL_VERSION_KEY] !== MODERN_VERSION || headers['mcp-protocol-version'] !== MODERN_VERSION)
    return undefined
  if (headers['mcp-method'] !== method) return undefined
  const source = NAMED[method]
  if (source !== undefined && !isNamed(headers['mcp-name'], params[source])) return undefined
  const clientCapabilities = meta[CLIENT_CAPABILITIES_KEY]
  const clientInfo = meta[CLIENT_INFO_KEY]
  const level = meta[LOG_LEVEL_KEY]
  if (!isObject(clientCapabilities) || !areCapabilities(clientCapabilities)) return undefined
  if (clientInfo !== undefined && !isImplementation(clientInfo)) return undefined
  if (level !== undefined && !(typeof level === 'string' && LEVELS.has(level))) return undefined
  return { ...request, era: 'modern', protocolVersion: MODERN_VERSION, clientCapabilities, clientInfo }
}

function readLegacy(headers: IncomingHttpHeaders, request: Common): HotRequest | undefined {
  // Methods that 2025 does not have, or means something else by.
  if (request.method === 'server/discover' || request.method.startsWith('tasks/')) return undefined
  if (isSkillMethod(request.method)) return undefined
  const named = headers['mcp-protocol-version']
  if (named !== undefined && !(typeof named === 'string' && LEGACY_VERSIONS.includes(named))) return undefined
  const accept = headers.accept
  if (!accept?.includes('application/json') || !accept.includes('text/event-stream')) return undefined
  // The handshake named the client's capabilities to whichever replica answered it; here they are unknown.
  const protocolVersion = named ?? '2025-03-26'
  return { ...request, era: 'legacy', protocolVersion, clientCapabilities: NOTHING, clientInfo: undefined }
}

function isNamed(header: string | string[] | undefined, value: unknown): boolean {
  return header === value || (typeof header === 'string' && decodeHeaderValue(header.trim()) === value)
}

function areCapabilities(value: Record<string, unknown>): value is ClientCapabilities {
  for (const key in value) if (!isObject(value[key])) return false
  return true
}

function isImplementation(value: unknown): value is { name: string; version: string } {
  return isObject(value) && typeof value.name === 'string' && typeof value.version === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
