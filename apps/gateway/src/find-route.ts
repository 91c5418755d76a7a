import { UnavailableError } from '@atoll/errors'
import { type Call, type Params, ProtocolError, UNKNOWN_TASK } from '@atoll/server-kit'
import { unlistedTool } from './entry.ts'
import type { Fleet, Route } from './fleet.ts'
import type { TaskIds } from './task-ids.ts'

const INVALID_PARAMS = -32602

/** Throws ProtocolError for a name that no server has, UnavailableError for one whose server is not known yet. */
export async function routeOfName(
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
  throw unknownName(kind, name)
}

export function unknownName(kind: 'tools' | 'prompts', name: string): ProtocolError {
  const what = kind === 'tools' ? 'tool' : 'prompt'
  return new ProtocolError(INVALID_PARAMS, `Unknown ${what}: ${printable(name)}`)
}

export function unknownTask(): ProtocolError {
  return new ProtocolError(INVALID_PARAMS, UNKNOWN_TASK)
}

/** In the words of the kit's servers. */
export function unknownTemplate(): ProtocolError {
  return new ProtocolError(INVALID_PARAMS, 'There is no such prompt or resource template')
}

/** In the words of the kit's servers. */
export function unknownSkill(method: 'skills/get' | 'resources/directory/read', uri: string): ProtocolError {
  const what = method === 'skills/get' ? 'skill' : 'directory'
  return new ProtocolError(INVALID_PARAMS, `There is no such ${what}`, { uri })
}

export function unknownUri(uri: string): ProtocolError {
  return new ProtocolError(INVALID_PARAMS, 'Resource not found', { uri })
}

/** Where a task is. Throws ProtocolError unless its tool and its id are what this caller was told. */
export async function routeOfTask(
  id: string,
  { fleet, taskIds }: { readonly fleet: Fleet; readonly taskIds: TaskIds },
  call: Call,
): Promise<{ tool: string; route: Route }> {
  const made = taskIds.open(call.principal, id)
  const server = made && fleet.ofName(made.tool)
  if (!server) throw unknownTask()
  const { tool, taskId } = made
  const found = await routeOfName('tools', tool, fleet, call).catch((error) => {
    if (!(error instanceof ProtocolError)) throw error
  })
  // A tool may leave the list while what it began goes on.
  const entry = found?.entry ?? unlistedTool(server.exposure, tool)
  return { tool, route: { upstream: server, original: taskId, entry } }
}

/** `isShown` says which of several the caller may know of. */
export async function routeOfUri(
  uri: string,
  fleet: Fleet,
  call: Call,
  isShown: (route: Route) => boolean,
): Promise<Route> {
  const found = await fleet.ofUri(uri, call.principal)
  const shown = found.filter(isShown)
  // Of those that are not, one is enough to be refused by.
  const routes = shown.length > 0 ? shown : found.slice(0, 1)
  const [route, other] = routes
  if (!route) throw unknownUri(uri)
  // On the web a URI means the same thing on every server.
  if (other && !/^https?:/i.test(uri)) {
    const candidates = routes.map(({ upstream }) => upstream.exposure.uri(uri))
    const message = `Several servers have this resource. Ask for one of: ${candidates.join(', ')}`
    throw new ProtocolError(INVALID_PARAMS, message, { uri, candidates })
  }
  return route
}

export async function routeOfReference(
  ref: unknown,
  fleet: Fleet,
  call: Call,
  isShown: (route: Route) => boolean,
): Promise<{ route: Route; ref: Record<string, unknown> }> {
  const given = (typeof ref === 'object' && ref !== null ? ref : {}) as Record<string, unknown>
  if (given.type === 'ref/prompt') {
    const route = await routeOfName('prompts', textOf(given, 'name'), fleet, call)
    return { route, ref: { ...given, name: route.original } }
  }
  if (given.type === 'ref/resource') {
    const route = await routeOfUri(textOf(given, 'uri'), fleet, call, isShown)
    return { route, ref: { ...given, uri: route.original } }
  }
  throw new ProtocolError(INVALID_PARAMS, 'params.ref.type must be "ref/prompt" or "ref/resource"')
}

/** A parameter that must be text. Throws ProtocolError. */
export function textOf(params: Params, key: string): string {
  const value = params[key]
  if (typeof value !== 'string') throw new ProtocolError(INVALID_PARAMS, `params.${key} must be a string`)
  return value
}

function printable(name: string): string {
  return name.slice(0, 100).replace(/\p{C}/gu, '?')
}
