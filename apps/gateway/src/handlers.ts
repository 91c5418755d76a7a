import type { OutboundTokenSource } from '@atoll/auth'
import type { Result } from '@atoll/client'
import type { Call, Params } from '@atoll/server-kit'
import type { ActiveOperation } from '@atoll/telemetry'
import { askingPeer } from './ask-peer.ts'
import { asProtocolError, asToolResult } from './failure.ts'
import { routeOfName, routeOfReference, routeOfUri, textOf } from './find-route.ts'
import type { Fleet } from './fleet.ts'
import { type Observers, observed } from './observe.ts'
import { relay } from './relay.ts'
import { adoptResult, exposeContents } from './server-result.ts'

export interface HandlerOptions extends Observers {
  readonly fleet: Fleet
  readonly tokens: OutboundTokenSource
}

type Handler = (params: Params, call: Call) => Promise<Result>

export function callTool({ fleet, tokens, ...observers }: HandlerOptions): Handler {
  return async (params, call) => {
    try {
      const name = textOf(params, 'name')
      const route = await routeOfName('tools', name, fleet, call)
      const run = async (operation: ActiveOperation) => {
        const send = (own: Params) =>
          relay({ route, method: 'tools/call', params: own, call, operation, tokens })
        const result = await askingPeer({ ...params, name: route.original }, call, send)
        return adoptResult(route.upstream.name, result)
      }
      return await observed({ server: route.upstream.name, method: 'tools/call', name }, call, observers, run)
    } catch (error) {
      return asToolResult(error, call)
    }
  }
}

export function getPrompt({ fleet, tokens, ...observers }: HandlerOptions): Handler {
  return failing(async (params, call) => {
    const name = textOf(params, 'name')
    const route = await routeOfName('prompts', name, fleet, call)
    const run = async (operation: ActiveOperation) => {
      const send = (own: Params) =>
        relay({ route, method: 'prompts/get', params: own, call, operation, tokens })
      const result = await askingPeer({ ...params, name: route.original }, call, send)
      return adoptResult(route.upstream.name, result)
    }
    return await observed({ server: route.upstream.name, method: 'prompts/get', name }, call, observers, run)
  })
}

export function readResource({ fleet, tokens, ...observers }: HandlerOptions): Handler {
  return failing(async (params, call) => {
    const uri = textOf(params, 'uri')
    const route = await routeOfUri(uri, fleet, call)
    const run = async (operation: ActiveOperation) => {
      const send = (own: Params) =>
        relay({ route, method: 'resources/read', params: own, call, operation, tokens })
      const result = await askingPeer({ ...params, uri: route.original }, call, send)
      const adopted = adoptResult(route.upstream.name, result)
      return cacheable(uri === route.original ? adopted : exposeContents(route.upstream.name, adopted))
    }
    const subject = { server: route.upstream.name, method: 'resources/read', name: undefined }
    return await observed(subject, call, observers, run)
  })
}

export function complete({ fleet, tokens, ...observers }: HandlerOptions): Handler {
  return failing(async (params, call) => {
    const { route, ref } = await routeOfReference(params.ref, fleet, call)
    const subject = { server: route.upstream.name, method: 'completion/complete', name: undefined }
    return await observed(subject, call, observers, async (operation) => {
      const own = { ...params, ref }
      const result = await relay({
        route,
        method: 'completion/complete',
        params: own,
        call,
        operation,
        tokens,
      })
      return adoptResult(route.upstream.name, result)
    })
  })
}

/** A 2025-era server does not say what a modern client must be told (MCP server/utilities/caching). */
function cacheable(result: Result): Result {
  return result.resultType === undefined ? { ttlMs: 0, cacheScope: 'private', ...result } : result
}

function failing(handler: Handler): Handler {
  return async (params, call) => {
    try {
      return await handler(params, call)
    } catch (error) {
      throw asProtocolError(error, call)
    }
  }
}
