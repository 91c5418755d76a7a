import { SERVER_INFO_KEY } from './meta-keys.ts'
import type { ProtocolError } from './protocol-error.ts'
import type { Era, Rendered, Result, ServerInfo } from './service.ts'

/** Serialises results and errors as JSON-RPC, with what each era adds or must not see. */
export interface Renderer {
  result(id: string | number, result: Result | Rendered, era: Era): string
  error(id: string | number, error: ProtocolError): string
  /** The result object alone, for transports that frame it themselves. */
  object(result: Result | Rendered, era: Era): Record<string, unknown>
}

export function createRenderer(info: ServerInfo): Renderer {
  const serverMeta = { [SERVER_INFO_KEY]: info }
  const complete = `{"resultType":"complete","_meta":${JSON.stringify(serverMeta)}`

  function body(result: Result | Rendered, era: Era): string {
    if (isRendered(result))
      return era === 'modern' ? `${complete},${result.rendered.modern}}` : `{${result.rendered.legacy}}`
    if (era === 'legacy') return JSON.stringify(asLegacy(result))
    if (result._meta === undefined && result.resultType === undefined)
      return join(complete, JSON.stringify(result))
    return JSON.stringify(asModern(result))
  }

  function asModern(result: Result): Result {
    return {
      resultType: 'complete',
      ...result,
      _meta: { ...(result._meta as object | undefined), ...serverMeta },
    }
  }

  return {
    result: (id, result, era) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${body(result, era)}}`,
    error: (id, { code, message, data }) =>
      JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } }),
    object(result, era) {
      if (isRendered(result)) return JSON.parse(`{${result.rendered[era]}}`) as Record<string, unknown>
      return era === 'modern' ? asModern(result) : asLegacy(result)
    },
  }
}

/** `head` is an object without its closing brace; `object` a whole one. */
function join(head: string, object: string): string {
  return object === '{}' ? `${head}}` : `${head},${object.slice(1)}`
}

function asLegacy(result: Result): Result {
  const { structuredContent } = result
  const isWrapped = structuredContent !== undefined && !isObject(structuredContent)
  if (!isWrapped && !('ttlMs' in result) && !('cacheScope' in result) && !('resultType' in result))
    return result
  const { ttlMs: _ttl, cacheScope: _scope, resultType: _type, ...rest } = result
  // Since 2026-07-28 it may be any value; before, it was an object.
  return isWrapped ? { ...rest, structuredContent: { result: structuredContent } } : rest
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRendered(result: Result | Rendered): result is Rendered {
  return 'rendered' in result && typeof result.rendered === 'object'
}
