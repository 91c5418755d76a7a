import type { Authenticator, Principal } from '@atoll/auth'
import { AppError, LimitedError, OverloadedError } from '@atoll/errors'
import type { AuditLog, Logger, Operation } from '@atoll/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AuditSubscription } from './audit-subscription.ts'
import { CallerGoneError } from './cancellation.ts'
import { challengeInBand, isChallenged, sendChallenge } from './challenge.ts'
import { type HotRequest, readHotRequest } from './hot-request.ts'
import { HttpCall } from './http-call.ts'
import type { Listening } from './listen.ts'
import { listenCall, readListenRequest } from './listen-request.ts'
import { measured } from './measured.ts'
import { MODERN_VERSION } from './meta-keys.ts'
import { overload } from './overload.ts'
import { checkParamHeaders } from './param-headers.ts'
import type { Places } from './places.ts'
import {
  HEADER_MISMATCH,
  INTERNAL_ERROR,
  METHOD_NOT_FOUND,
  MISSING_CLIENT_CAPABILITY,
  ProtocolError,
} from './protocol-error.ts'
import type { AuditRefusal } from './refusals.ts'
import type { Renderer } from './render.ts'
import type { SdkFallback } from './sdk-fallback.ts'
import type { Result, Service } from './service.ts'
import type { Sessions } from './sessions.ts'
import type { NoteUnfit } from './unfit.ts'
import { unrecorded } from './unrecorded.ts'

export interface Edge {
  service: Service
  renderer: Renderer
  authenticator: Authenticator
  listening: Listening
  fallback: SdkFallback
  sessions: Sessions | undefined
  logger: Logger
  /** Of `server/discover`, which the edge answers by itself. */
  discovering: Operation
  auditRefusal: AuditRefusal
  noteUnfit: NoteUnfit
  auditSubscription: AuditSubscription
  /** Answers wait until it has what they are about. */
  audit: AuditLog | undefined
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the MCP route's own hook, before its handlers run. */
    principal: Principal
    /** What the request takes places of, which it gives up while its caller is asked; set by a hook of the service. */
    places: Places | undefined
  }
}

const DISCOVER_TTL = 300_000

/** Mount `POST <path>`: authenticate, then answer from the catalogue or through the SDK. */
export function mcpRoute(app: FastifyInstance, path: string, edge: Edge): void {
  const { authenticator, fallback, listening, renderer, sessions } = edge
  const discovered = discovery(edge.service)

  app.register(async (scope) => {
    scope.decorateRequest('principal')
    scope.decorateRequest('places')
    scope.addHook('onRequest', (request, reply, done) => {
      const fail = (error: unknown) => {
        const about = { requestId: request.id, kind: 'request', rule: 'token', errorCode: codeOf(error) }
        const refuse = () => sendChallenge(reply, error, authenticator, request.id)
        const kept = edge.auditRefusal(about)
        if (kept) void kept.then(refuse)
        else refuse()
      }
      try {
        const found = authenticator.authenticate(request.headers.authorization)
        if (!(found instanceof Promise)) {
          request.principal = found
          done()
          return
        }
        found.then((principal) => {
          request.principal = principal
          done()
        }, fail)
      } catch (error) {
        fail(error)
      }
    })

    scope.post(path, async (request, reply) => {
      const hot = readHotRequest(request.headers, request.body)
      if (sessions?.owns(request) && !(hot && lacksScopes(hot, request.principal))) {
        await sessions.serve(request, reply, request.principal)
      } else if (hot) {
        await answer(hot, request, reply)
      } else if (!(await listen(request, reply))) {
        await fallback.answer(request, reply, request.principal)
      }
      return reply
    })

    scope.register(async (bodyless) => {
      // The official client for Python says that the body which its DELETE does not have is JSON.
      bodyless.removeAllContentTypeParsers()
      bodyless.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null))
      bodyless.route({
        method: ['GET', 'DELETE'],
        url: path,
        handler: async (request, reply) => {
          if (sessions?.owns(request)) {
            await sessions.serve(request, reply, request.principal)
            return reply
          }
          // Without sessions there is no GET stream and nothing to delete (MCP streamable-http).
          reply.code(405).header('allow', 'POST')
          return {
            jsonrpc: '2.0',
            id: null,
            error: { code: -32000, message: 'Method not allowed. Use POST.' },
          }
        },
      })
    })
  })

  /** A session streams its answers, and a stream cannot be a 403 any more: such a call is refused directly. */
  function lacksScopes({ method, params }: HotRequest, principal: Principal): boolean {
    const needed = edge.service.scopes?.(method, params, principal)
    return needed?.some((scope) => !principal.scopes.has(scope)) === true
  }

  async function listen(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const { principal } = request
    const asked = readListenRequest(request.headers, request.body)
    if (!asked) return false
    const { params, ...envelope } = asked
    try {
      await listening.serve(listenCall(envelope, request, reply), params, reply, () =>
        edge.auditSubscription(request.id, principal),
      )
    } catch (error) {
      if (error instanceof CallerGoneError) {
        reply.hijack()
        return true
      }
      if (!(error instanceof ProtocolError)) throw error
      const errorCode = String(error.code)
      await edge.auditRefusal({
        requestId: request.id,
        principal,
        kind: 'subscription',
        rule: 'subscription',
        errorCode,
      })
      reply
        .code(statusOf(error))
        .type('application/json; charset=utf-8')
        .send(renderer.error(asked.rpcId, error))
    }
    return true
  }

  async function answer(hot: HotRequest, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { service, logger } = edge
    const call = new HttpCall(hot, request.principal, request.id, reply)
    try {
      if (hot.method === 'server/discover') {
        call.answer(renderer.result(hot.id, measured(edge.discovering, call, discovered), hot.era))
        return
      }
      if (hot.method === 'tools/call' && hot.era === 'modern') {
        const found = service.paramHeaders(String(hot.params.name), request.principal)
        const declared = found instanceof Promise ? await found : found
        if (declared) {
          try {
            checkParamHeaders(declared, hot.params.arguments, request.headers)
          } catch (error) {
            throw (await edge.noteUnfit(request, reply)) ?? error
          }
        }
      }
      const result = await service.handle(hot.method, hot.params, call)
      await send(call, hot, renderer.result(hot.id, result, hot.era))
    } catch (error) {
      if (error instanceof CallerGoneError) {
        reply.hijack()
        await call.settle(edge.audit, undefined)?.catch(() => {})
      } else if (isChallenged(error) && call.isStreaming) {
        await send(call, hot, renderer.error(hot.id, challengeInBand(error, hot.method, request.id)))
      } else if (isChallenged(error)) {
        await call.settle(edge.audit, undefined)?.catch(() => {})
        sendChallenge(reply, error, authenticator, request.id)
      } else if (error instanceof ProtocolError) {
        await send(call, hot, renderer.error(hot.id, error), statusOf(error))
      } else if (error instanceof OverloadedError || error instanceof LimitedError) {
        const { status, headers, error: inWords } = overload(error, request.id)
        reply.headers(headers)
        await send(call, hot, renderer.error(hot.id, inWords), status)
      } else {
        logger.error({ err: error, requestId: request.id }, 'A request failed at the edge')
        const message = `Internal error. Quote request id ${request.id} when you ask for help.`
        await send(call, hot, renderer.error(hot.id, new ProtocolError(INTERNAL_ERROR, message)), 500)
      }
    }
  }

  /** Nobody gets an answer of which a crash could leave no record. */
  async function send(call: HttpCall, hot: HotRequest, json: string, status = 200): Promise<void> {
    const kept = call.settle(edge.audit, json)
    if (!kept) return call.answer(json, status)
    try {
      await kept
    } catch (error) {
      const withheld = unrecorded(error, hot.method, call.requestId)
      const instead =
        withheld instanceof ProtocolError
          ? renderer.error(hot.id, withheld)
          : renderer.result(hot.id, withheld, hot.era)
      return call.answer(instead)
    }
    call.answer(json, status)
  }
}

/** Made anew only when there is something new to say: a gateway's instructions follow its servers. */
function discovery(service: Service): () => Result {
  let result: Result = {}
  return () => {
    const { capabilities, instructions } = service
    if (result.instructions !== instructions || result.capabilities !== capabilities) {
      const about = { supportedVersions: [MODERN_VERSION], capabilities, instructions }
      result = { ...about, ttlMs: DISCOVER_TTL, cacheScope: 'public' }
    }
    return result
  }
}

/** MCP basic/index, Error Codes; what is not named there stays in-band. */
function statusOf({ code }: ProtocolError): number {
  if (code === HEADER_MISMATCH || code === MISSING_CLIENT_CAPABILITY) return 400
  return code === METHOD_NOT_FOUND ? 404 : 200
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'INTERNAL'
}
