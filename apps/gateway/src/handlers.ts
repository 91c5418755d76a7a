import type { OutboundTokenSource } from '@atoll/auth'
import type { Result } from '@atoll/client'
import { InvalidError, UnavailableError } from '@atoll/errors'
import { type Call, type Params, ProtocolError } from '@atoll/server-kit'
import type { ActiveOperation } from '@atoll/telemetry'
import { asProtocolError, asToolResult } from './failure.ts'
import type { Fleet, Route } from './fleet.ts'
import { type Observers, observed } from './observe.ts'
import { relay } from './relay.ts'
import { adoptResult, exposeContents } from './server-result.ts'

const INVALID_PARAMS = -32602

export interface HandlerOptions extends Observers {
  readonly fleet: Fleet
  readonly tokens: OutboundTokenSource
}

type Handler = (params: Params, call: Call) => Promise<Result>

export function callTool({ fleet, tokens, ...observers }: HandlerOptions): Handler {
  return async (params, call) => {
    try {
      const name = text(params, 'name')
      const route = await routeOfName('tools', name, fleet, call)
      const run = async (operation: ActiveOperation) => {
        const own = { ...params, name: route.original }
        const result = await relay({ route, method: 'tools/call', params: own, call, operation, tokens })
        return answerable(adoptResult(route.upstream.name, result), call)
      }
      return await observed({ server: route.upstream.name, method: 'tools/call', name }, call, observers, run)
    } catch (error) {
      return asToolResult(error, call)
    }
  }
}

export function getPrompt({ fleet, tokens, ...observers }: HandlerOptions): Handler {
  return failing(async (params, call) => {
    const name = text(params, 'name')
    const route = await routeOfName('prompts', name, fleet, call)
    const run = async (operation: ActiveOperation) => {
      const own = { ...params, name: route.original }
      const result = await relay({ route, method: 'prompts/get', params: own, call, operation, tokens })
      return answerable(adoptResult(route.upstream.name, result), call)
    }
    return await observed({ server: route.upstream.name, method: 'prompts/get', name }, call, observers, run)
  })
}

export function readResource({ fleet, tokens, ...observers }: HandlerOptions): Handler {
  return failing(async (params, call) => {
    const uri = text(params, 'uri')
    const route = await routeOfUri(uri, fleet, call)
    const run = async (operation: ActiveOperation) => {
      const own = { ...params, uri: route.original }
      const result = await relay({ route, method: 'resources/read', params: own, call, operation, tokens })
      const adopted = answerable(adoptResult(route.upstream.name, result), call)
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

/** Throws ProtocolError for a name that no server has, UnavailableError for one whose server is not known yet. */
async function routeOfName(
  kind: 'tools' | 'prompts',
  name: string,
  fleet: Fleet,
  call: Call,
): Promise<Route> {
  const upstream = fleet.ofName(name)
  const found = upstream?.find(kind, name, call.principal)
  const entry = found instanceof Promise ? await found : found
  if (upstream && entry) return { upstream, original: entry.original, entry }
  const what = kind === 'tools' ? 'tool' : 'prompt'
  if (upstream && !upstream.shared(kind)) {
    throw new UnavailableError(`${upstream.name}, the server of this ${what}, cannot be reached right now.`, {
      retryAfter: 5,
    })
  }
  throw new ProtocolError(INVALID_PARAMS, `Unknown ${what}: ${printable(name)}`)
}

async function routeOfUri(uri: string, fleet: Fleet, call: Call): Promise<Route> {
  const routes = await fleet.ofUri(uri, call.principal)
  const [route, other] = routes
  if (!route) throw new ProtocolError(INVALID_PARAMS, 'Resource not found', { uri })
  // On the web a URI means the same thing on every server.
  if (other && !/^https?:/i.test(uri)) {
    const candidates = routes.map(({ upstream }) => `${upstream.name}+${uri}`)
    const message = `Several servers have this resource. Ask for one of: ${candidates.join(', ')}`
    throw new ProtocolError(INVALID_PARAMS, message, { uri, candidates })
  }
  return route
}

async function routeOfReference(
  ref: unknown,
  fleet: Fleet,
  call: Call,
): Promise<{ route: Route; ref: Record<string, unknown> }> {
  const given = (typeof ref === 'object' && ref !== null ? ref : {}) as Record<string, unknown>
  if (given.type === 'ref/prompt') {
    const route = await routeOfName('prompts', text(given, 'name'), fleet, call)
    return { route, ref: { ...given, name: route.original } }
  }
  if (given.type === 'ref/resource') {
    const route = await routeOfUri(text(given, 'uri'), fleet, call)
    return { route, ref: { ...given, uri: route.original } }
  }
  throw new ProtocolError(INVALID_PARAMS, 'params.ref.type must be "ref/prompt" or "ref/resource"')
}

/** A 2025-era server does not say what a modern client must be told (MCP server/utilities/caching). */
function cacheable(result: Result): Result {
  return result.resultType === undefined ? { ttlMs: 0, cacheScope: 'private', ...result } : result
}

/** A 2025-era client has no way to answer a question that comes as a result. */
function answerable(result: Result, call: Call): Result {
  if (call.era === 'modern' || result.resultType === undefined) return result
  throw new InvalidError('This asks a question back, and your client has no way to answer it.')
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

function text(params: Params, key: string): string {
  const value = params[key]
  if (typeof value !== 'string') throw new ProtocolError(INVALID_PARAMS, `params.${key} must be a string`)
  return value
}

function printable(name: string): string {
  return name.slice(0, 100).replace(/\p{C}/gu, '?')
}
