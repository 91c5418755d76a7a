import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { CallerGoneError, Cancellation } from './cancellation.ts'
import { CLIENT_CAPABILITIES_KEY, MODERN_VERSION, PROTOCOL_VERSION_KEY } from './meta-keys.ts'
import type { Call, ClientCapabilities, Params } from './service.ts'

/** A plainly well-formed `subscriptions/listen`; undefined leaves the judgement to the SDK. */
export function readListenRequest(
  headers: IncomingHttpHeaders,
  body: unknown,
): (Pick<Call, 'rpcId' | 'meta' | 'clientCapabilities'> & { params: Params }) | undefined {
  const { jsonrpc, method, id, params } = (body ?? {}) as Record<string, unknown>
  if (jsonrpc !== '2.0' || method !== 'subscriptions/listen') return undefined
  if (typeof id !== 'string' && !Number.isInteger(id)) return undefined
  if (headers['mcp-method'] !== method || headers['mcp-protocol-version'] !== MODERN_VERSION) return undefined
  const meta = (params as Params | undefined)?._meta as Params | undefined
  if (meta?.[PROTOCOL_VERSION_KEY] !== MODERN_VERSION || typeof meta[CLIENT_CAPABILITIES_KEY] !== 'object')
    return undefined
  const clientCapabilities = (meta[CLIENT_CAPABILITIES_KEY] ?? {}) as ClientCapabilities
  return { rpcId: id as string | number, meta, clientCapabilities, params: params as Params }
}

/** What is looked up for a subscriber is looked up as a call of theirs, for as long as the stream is open. */
export function listenCall(
  envelope: Pick<Call, 'rpcId' | 'meta' | 'clientCapabilities'>,
  { principal, id }: FastifyRequest,
  reply: FastifyReply,
): Call {
  const cancellation = new Cancellation()
  reply.raw.on('close', () => cancellation.abort(new CallerGoneError()))
  return {
    ...envelope,
    era: 'modern',
    protocolVersion: MODERN_VERSION,
    transport: 'http',
    principal,
    requestId: id,
    clientInfo: undefined,
    cancellation,
    notify() {},
    peer: undefined,
  }
}
