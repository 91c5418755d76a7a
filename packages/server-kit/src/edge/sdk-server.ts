import { setImmediate as nextTurn } from 'node:timers/promises'
import { bearerToken, type InvalidTokenError, type Principal } from '@atoll/auth'
import { type InsufficientScopeError, InvalidError, OverloadedError } from '@atoll/errors'
import {
  type AuthInfo,
  ProtocolError as SdkProtocolError,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { CallerGoneError, Cancellation } from './cancellation.ts'
import { challengeInBand, isChallenged } from './challenge.ts'
import { CLIENT_CAPABILITIES_KEY, CLIENT_INFO_KEY, LOG_LEVEL_KEY, MODERN_VERSION } from './meta-keys.ts'
import { METHODS } from './methods.ts'
import { overload } from './overload.ts'
import { checkParamHeaders } from './param-headers.ts'
import { Places } from './places.ts'
import { ProtocolError } from './protocol-error.ts'
import type { Renderer } from './render.ts'
import type { Call, Capabilities, ClientCapabilities, Era, Params, Service } from './service.ts'
import { isSkillMethod, SKILLS_EXTENSION } from './skill-wire.ts'
import { isTaskMethod, TASKS_EXTENSION } from './task-wire.ts'

export interface SdkServerOptions {
  service: Service
  renderer: Renderer
  era: Era
  transport: 'http' | 'stdio'
  /** Who calls, where the connection says so once for all; over HTTP each request brings its own. */
  principal?: Principal
  /** Whether the connection can carry requests to the client and unsolicited notifications. */
  hasBackChannel: boolean
  newRequestId(): string
}

/** What one HTTP request tells the handlers behind the SDK, beside its own content. */
export interface RequestFacts {
  principal: Principal
  requestId: string
  setHeader?(name: string, value: string): void
  places?: Places | undefined
  /** Set when the request was refused in a way that HTTP answers, with 401 or 403. */
  refusal?: InsufficientScopeError | InvalidTokenError
  /** Set when the service has the request: what becomes of it is for the service to audit. */
  isHandled?: boolean
}

const FACTS = 'atoll.request'
const ANYTHING = z.looseObject({})

/** Hand the facts through the SDK, which carries `authInfo` and looks at none of it. */
export function withFacts(facts: RequestFacts): AuthInfo {
  return { token: '', clientId: facts.principal.clientId, scopes: [], extra: { [FACTS]: facts } }
}

export function factsOf(context: ServerContext): RequestFacts | undefined {
  return context.http?.authInfo?.extra?.[FACTS] as RequestFacts | undefined
}

/** The official SDK's server over the same catalogue, for what is not dispatched directly. */
export function createSdkServer(options: SdkServerOptions): Server {
  const { service, renderer, era } = options
  const server = new Server(service.info, {
    // Ours is the same shape, with `object` where the SDK has JSON objects.
    capabilities: capabilitiesFor(service.capabilities, options) as never,
    instructions: service.instructions,
  })
  // A 2025-era client names its level once for the connection, a modern one in each request.
  let logLevel: string | undefined
  if (era === 'legacy' && service.capabilities.logging)
    server.setRequestHandler('logging/setLevel', ({ params }) => {
      logLevel = params.level
      return {}
    })
  for (const method of METHODS) {
    if (method === 'server/discover' || !isOffered(method, service.capabilities)) continue
    const handle = async (given: Params | undefined, context: ServerContext) => {
      const sent: Promise<void>[] = []
      const call = callOf(server, options, context, sent, logLevel)
      const params = { ...given, ...retryParams(context) }
      try {
        await checkHeaders(service, method, params, call, context)
        const asked = factsOf(context)
        if (asked) asked.isHandled = true
        const result = renderer.object(await service.handle(method, params, call), era)
        if (sent.length > 0) {
          await Promise.all(sent)
          // The SDK's client forgets its progress handler when it reads the result, even where notifications
          // that came with it in one read are still on their way to that handler.
          await nextTurn()
        }
        // The Service answers in the specification's own result shapes.
        return result as never
      } catch (error) {
        const facts = factsOf(context)
        if (facts && isChallenged(error)) facts.refusal = error
        throw toSdk(error, method, call.requestId)
      }
    }
    if (!isTaskMethod(method) && !isSkillMethod(method))
      server.setRequestHandler(method, ({ params }, context) => handle(params, context))
    else if (era === 'modern') server.setRequestHandler(method, { params: ANYTHING }, handle)
  }
  return server
}

/** Without a back channel nothing can be pushed to a 2025-era client, so nothing is promised. */
function capabilitiesFor(all: Capabilities, { era, hasBackChannel }: SdkServerOptions) {
  if (era === 'modern' || hasBackChannel) return all
  const { tools, resources, prompts, ...rest } = all
  return {
    ...rest,
    ...(tools && { tools: {} }),
    ...(resources && { resources: {} }),
    ...(prompts && { prompts: {} }),
  }
}

function isOffered(method: string, capabilities: Capabilities): boolean {
  if (isSkillMethod(method)) return capabilities.extensions?.[SKILLS_EXTENSION] !== undefined
  if (method.startsWith('tools/')) return capabilities.tools !== undefined
  if (method.startsWith('resources/')) return capabilities.resources !== undefined
  if (method.startsWith('prompts/')) return capabilities.prompts !== undefined
  if (isTaskMethod(method)) return capabilities.extensions?.[TASKS_EXTENSION] !== undefined
  return capabilities.completions !== undefined
}

function callOf(
  server: Server,
  options: SdkServerOptions,
  context: ServerContext,
  sent: Promise<void>[],
  logLevel: string | undefined,
): Call {
  const { era, transport, hasBackChannel, newRequestId } = options
  const facts = factsOf(context)
  const principal = facts?.principal ?? options.principal
  if (!principal) throw new TypeError('A request reached the SDK without a principal')
  const { mcpReq } = context
  // Those of this call alone: others may have come in the same request.
  const places = facts?.places && new Places(facts.places)
  const cancellation = new Cancellation()
  mcpReq.signal.addEventListener('abort', () => cancellation.abort(new CallerGoneError()), { once: true })
  const meta: Record<string, unknown> = { ...mcpReq._meta, ...mcpReq.envelope }
  if (logLevel !== undefined) meta[LOG_LEVEL_KEY] = logLevel
  const declared = era === 'modern' ? meta[CLIENT_CAPABILITIES_KEY] : server.getClientCapabilities()
  return {
    era,
    protocolVersion:
      era === 'modern' ? MODERN_VERSION : (server.getNegotiatedProtocolVersion() ?? '2025-03-26'),
    transport,
    principal,
    requestId: facts?.requestId ?? newRequestId(),
    rpcId: mcpReq.id,
    meta,
    // Validated by the SDK: the envelope's, or the handshake's.
    clientCapabilities: (declared ?? {}) as ClientCapabilities,
    clientInfo: (meta[CLIENT_INFO_KEY] ?? server.getClientVersion()) as Call['clientInfo'],
    cancellation,
    ...(facts?.setHeader && { setHeader: facts.setHeader }),
    notify: (method, params) => {
      // Where the connection has closed, the call itself is cancelled by its signal.
      sent.push(mcpReq.notify({ method, params }).catch(() => {}))
    },
    get subjectToken() {
      const header = context.http?.req?.headers.get('authorization') ?? undefined
      return header === undefined ? undefined : bearerToken(header)
    },
    peer: era === 'legacy' && hasBackChannel ? peerOf(server, context, places) : undefined,
    places,
  }
}

function peerOf(server: Server, { mcpReq }: ServerContext, places: Places | undefined): Call['peer'] {
  // A person answers: minutes, not seconds. The call's own cancellation ends it earlier.
  // On the call's own stream: the client may not have opened another one yet, and what is sent there is lost.
  const options = { signal: mcpReq.signal, timeout: 10 * 60_000, relatedRequestId: mcpReq.id }
  const answered = async (ask: () => Promise<object>): Promise<Record<string, unknown>> => {
    try {
      return { ...(await (places ? places.whileAsked(ask) : ask())) }
    } catch (cause) {
      if (mcpReq.signal.aborted) throw cause
      throw new InvalidError('Your client could not answer the question.', { cause })
    }
  }
  return {
    elicit: (params) => answered(() => mcpReq.elicitInput(withElicitationId(params) as never, options)),
    sample: (params) => answered(() => mcpReq.requestSampling(params as never, options)),
    listRoots: () => answered(() => server.listRoots(undefined, options)),
  }
}

/** In 2025 a page to be opened has an id of its own, which 2026-07-28 does without (MCP client/elicitation). */
function withElicitationId(params: Params): Params {
  return params.mode === 'url' ? { elicitationId: crypto.randomUUID(), ...params } : params
}

async function checkHeaders(
  service: Service,
  method: string,
  params: Params,
  { era, principal }: Call,
  { http }: ServerContext,
): Promise<void> {
  if (method !== 'tools/call' || era !== 'modern' || !http?.req) return
  const declared = await service.paramHeaders(String(params.name), principal)
  if (declared) checkParamHeaders(declared, params.arguments, Object.fromEntries(http.req.headers))
}

function retryParams({ mcpReq }: ServerContext): Record<string, unknown> {
  const requestState = mcpReq.requestState()
  return {
    ...(mcpReq.inputResponses && { inputResponses: mcpReq.inputResponses }),
    ...(requestState !== undefined && { requestState }),
  }
}

function toSdk(error: unknown, method: string, requestId: string): Error {
  if (error instanceof ProtocolError) return new SdkProtocolError(error.code, error.message, error.data)
  if (error instanceof OverloadedError) return toSdk(overload(error, requestId).error, method, requestId)
  if (isChallenged(error)) return toSdk(challengeInBand(error, method, requestId), method, requestId)
  return error instanceof Error ? error : new Error('The call failed')
}
