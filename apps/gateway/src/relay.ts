import { InvalidTokenError } from '@atoll/auth'
import {
  isProgressOf,
  type Meta,
  type Params,
  paramHeaderValues,
  type RequestOptions,
  type Result,
} from '@atoll/client'
import { InsufficientScopeError, OverloadedError } from '@atoll/errors'
import { APPS_EXTENSION, type Call, followsTasks, passesLevel, TASKS_CAPABILITY } from '@atoll/server-kit'
import type { ActiveOperation } from '@atoll/telemetry'
import { endOf } from './call-time.ts'
import { translated } from './failure.ts'
import type { Route } from './fleet.ts'
import { withoutOwn } from './gateway-scopes.ts'
import type { CallerCredentials } from './outbound.ts'
import { DisabledError } from './policy/disabled-error.ts'
import type { CallerRequest } from './upstream.ts'

export interface RelayOptions {
  readonly route: Route
  readonly method: string
  /** As the server has to see them. */
  readonly params: Params
  readonly call: Call
  /** Ends it, for the caller or for the gateway. */
  readonly cancellation: Call['cancellation']
  readonly operation: ActiveOperation
  /** Answers a 2025-era server that asks while it works. */
  readonly onRequest?: RequestOptions['onRequest'] | undefined
  /** Takes from a notification what the caller may not see; undefined where nothing is left to tell. */
  readonly clean: (about: Readonly<Record<string, unknown>>) => Record<string, unknown> | undefined
}

/**
 * Hand one request on to its server, as the caller but never with the caller's own token, and bring back the
 * result. Progress and log notifications follow the caller's stream; a caller who leaves cancels at the server.
 * Throws ProtocolError, InsufficientScopeError and AppErrors that the gateway's caller may see.
 */
export async function relay(options: RelayOptions): Promise<Result> {
  const { route, call } = options
  const { upstream, entry } = route
  const rights = upstream.rightsFor(call.principal, entry)
  const end = performance.now() + upstream.config.callTimeout
  try {
    const result = await send(options, rights.credentials, end)
    if (upstream.state === 'down') upstream.nudge()
    return result
  } catch (error) {
    const scopes = furtherScopes(error, rights.scopes, call)
    if (!scopes) return fail(error, options)
    const credentials = upstream.credentialsFor(call.principal, scopes, entry?.delegates)
    return await send(options, credentials, end).catch((again) => fail(again, options))
  }
}

function fail(error: unknown, options: RelayOptions): never {
  const { params, call } = options
  const { upstream } = options.route
  // A tool it lists and does not know, or a connection it does not take: it is not what it was.
  const isCallers =
    error instanceof InsufficientScopeError ||
    error instanceof InvalidTokenError ||
    error instanceof OverloadedError ||
    error instanceof DisabledError
  if (!isCallers) upstream.nudge()
  throw translated(error, upstream.name, { params, call, isRepeatable: isRepeatable(options) })
}

/** `end` is when the server has to have answered, on the monotonic clock; the caller's own end may come sooner. */
function send(options: RelayOptions, credentials: CallerCredentials, end: number): Promise<Result> {
  const { route, method, params, call, operation, clean } = options
  const { upstream, entry } = route
  const args = params.arguments
  const token = call.meta.progressToken
  const endOfCaller = endOf(call)
  const capabilities = relayable(call)
  const meta = metaFor(call)
  return upstream.request(method, params, {
    ...(options.onRequest ? askable(credentials, capabilities, options.onRequest) : { credentials }),
    timeout: Math.max(1, Math.min(end, endOfCaller) - performance.now()),
    isHurried: endOfCaller < end,
    signal: options.cancellation,
    meta,
    capabilities,
    isRepeatable: isRepeatable(options),
    mayHedge: mayHedge(options),
    headers: {
      // One id for people to quote, wherever they saw it.
      'x-request-id': call.requestId,
      ...(entry && entry.headers.length > 0 && isObject(args) && paramHeaderValues(entry.headers, args)),
    },
    parent: operation,
    onNotification(name, about) {
      const isLine = name === 'notifications/message' && passesLevel(call, about.level)
      if (!isLine && !isProgressOf(meta, name, about)) return false
      const told = clean(about)
      if (told) call.notify(name, isLine ? told : { ...told, progressToken: token })
      return true
    },
  })
}

/** An entry speaks of calling it; what is asked about its tasks may be asked twice. */
function isRepeatable({ route: { entry }, method }: RelayOptions): boolean {
  return method !== 'tools/call' || entry?.isRepeatable === true
}

const READS: ReadonlySet<string> = new Set(['resources/read', 'prompts/get', 'completion/complete'])

/**
 * What only reads, once: an answer to a question is good for one call, and progress and log lines of two would contradict
 * each other.
 */
function mayHedge({ route: { entry }, method, params, call }: RelayOptions): boolean {
  const isRead = method === 'tools/call' ? entry?.isReadOnly === true : READS.has(method)
  return (
    isRead &&
    params.requestState === undefined &&
    call.meta.progressToken === undefined &&
    !(LOG_LEVEL_KEY in call.meta) &&
    call.peer === undefined
  )
}

/** Tokens of different callers may be alike, so each hop has its own. */
let lastProgressToken = 0

/** Without it a server sends no log lines (MCP server/utilities/logging). */
const LOG_LEVEL_KEY = 'io.modelcontextprotocol/logLevel'

function metaFor({ meta, peer }: Call): Meta {
  const isAll = peer !== undefined && !(LOG_LEVEL_KEY in meta)
  if (meta.progressToken === undefined && !isAll) return meta
  return {
    ...meta,
    ...(meta.progressToken !== undefined && { progressToken: ++lastProgressToken }),
    // A session of the 2025 era that named no level gets every line.
    ...(isAll && { [LOG_LEVEL_KEY]: 'debug' }),
  }
}

/** A server may want scopes it did not announce. Those the caller was granted are added, once. */
function furtherScopes(error: unknown, scopes: readonly string[], call: Call): string[] | undefined {
  if (!(error instanceof InsufficientScopeError)) return undefined
  const wanted = withoutOwn(error.scopes)
  const isGranted = wanted.every((scope) => call.principal.scopes.has(scope))
  const isNews = wanted.some((scope) => !scopes.includes(scope))
  return isGranted && isNews ? [...new Set([...scopes, ...wanted])] : undefined
}

const NO_CAPABILITIES: Readonly<Record<string, unknown>> = Object.freeze({})

/** What the caller can do and the gateway can carry to them (MCP basic/index, _meta): the rest is not offered. */
function relayable(call: Call) {
  const { era, peer, clientCapabilities } = call
  // A 2025-era client can only be asked where there is a way back to it.
  if (era === 'legacy' && !peer) return NO_CAPABILITIES
  const { elicitation, sampling, roots, extensions } = clientCapabilities
  if (!elicitation && !sampling && !roots && !extensions) return NO_CAPABILITIES
  // Needs nothing of the gateway but to let it pass.
  const ui = extensions?.[APPS_EXTENSION]
  return {
    ...(elicitation && { elicitation }),
    ...(sampling && { sampling }),
    // Changes of them are not told.
    ...(roots && { roots: {} }),
    ...((ui !== undefined || followsTasks(call)) && {
      extensions: {
        ...(ui !== undefined && { [APPS_EXTENSION]: ui }),
        ...(followsTasks(call) && TASKS_CAPABILITY),
      },
    }),
  }
}

/** In a session of its own kind, so that a server asks only where somebody can be asked. */
function askable(
  credentials: CallerCredentials,
  { extensions: _, ...capabilities }: Readonly<Record<string, unknown>>,
  onRequest: NonNullable<RequestOptions['onRequest']>,
): Pick<CallerRequest, 'credentials' | 'onRequest'> {
  if (Object.keys(capabilities).length === 0) return { credentials }
  return {
    credentials: credentials.answering(capabilities),
    async onRequest(method, params) {
      const needed = NEEDED[method]
      if (needed === undefined || !(needed in capabilities)) throw new TypeError(`${method} was not offered`)
      return onRequest(method, params)
    },
  }
}

const NEEDED: Readonly<Record<string, string>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
