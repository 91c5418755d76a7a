import type { IncomingHttpHeaders } from 'node:http'
import { CLIENT_CAPABILITIES_KEY, MODERN_VERSION, PROTOCOL_VERSION_KEY } from './meta-keys.ts'
import type { Params } from './service.ts'

/** A plainly well-formed `subscriptions/listen`; undefined leaves the judgement to the SDK. */
export function readListenRequest(
  headers: IncomingHttpHeaders,
  body: unknown,
): { id: string | number; params: Params } | undefined {
  const { jsonrpc, method, id, params } = (body ?? {}) as Record<string, unknown>
  if (jsonrpc !== '2.0' || method !== 'subscriptions/listen') return undefined
  if (typeof id !== 'string' && !Number.isInteger(id)) return undefined
  if (headers['mcp-method'] !== method || headers['mcp-protocol-version'] !== MODERN_VERSION) return undefined
  const meta = (params as Params | undefined)?._meta as Params | undefined
  if (meta?.[PROTOCOL_VERSION_KEY] !== MODERN_VERSION || typeof meta[CLIENT_CAPABILITIES_KEY] !== 'object')
    return undefined
  return { id: id as string | number, params: params as Params }
}
