import { type Principal, requireScopes } from '@atoll/auth'
import { AppError, ForbiddenError, LimitedError, toHttp, UnauthorizedError } from '@atoll/errors'
import type { AuditRefusal, Limiters, Rate } from '@atoll/server-kit'
import type { Logger } from '@atoll/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GATEWAY_SCOPES } from '../gateway-scopes.ts'
import { leftBy } from './left-by.ts'
import type { Session, Sessions } from './session.ts'

export interface ApiRequest {
  readonly body: unknown
  readonly query: Readonly<Record<string, string | undefined>>
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Aborts when the browser leaves before it has its answer. */
  readonly left: AbortSignal
}

/** Answers with JSON what the handler returns; 204 for nothing. */
export interface Api {
  /** For anybody. */
  open(method: Method, url: string, handler: (request: ApiRequest) => unknown): void
  /** For people who are signed in and have the console's scope. */
  add(method: Method, url: string, handler: ApiHandler): void
  /** For browsers that come by a link; the handler answers by itself. */
  visit(url: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>): void
  /** Audits that somebody is turned away, where it is that. `add` does so by itself. */
  turnedAway(request: FastifyRequest, error: unknown, principal?: Principal): Promise<void>
}

export type ApiHandler = (request: ApiRequest, session: Session) => unknown
type Method = 'GET' | 'POST'

/** Requests of one address. */
const RATE: Rate = '600/min'
/** Only a script of the page itself can set it: other origins would have to ask first, and are told no (Fetch, CORS). */
const OWN_HEADER = 'x-atoll-console'

export interface ConsoleDoor {
  readonly sessions: Sessions
  readonly limiters: Limiters
  readonly logger: Logger
  readonly auditRefusal: AuditRefusal
}

/** The console's own door: every route is limited, of this origin, uncached, and answers errors in one shape. */
export function consoleApi(
  app: FastifyInstance,
  { sessions, limiters, logger, auditRefusal }: ConsoleDoor,
): Api {
  const take = limiters.limiter('console', RATE)

  async function limited({ ip }: FastifyRequest): Promise<void> {
    const wait = await take(ip)
    if (wait !== undefined) throw new LimitedError('Too many requests to the console.', { retryAfter: wait })
  }

  async function guarded(request: FastifyRequest): Promise<void> {
    await limited(request)
    if (request.method !== 'GET' && request.headers[OWN_HEADER] === undefined)
      throw new ForbiddenError(`This is for the console's own page, which sends ${OWN_HEADER}.`)
  }

  /** Whoever is turned away at the door is audited, as at the other doors. */
  async function enter(request: FastifyRequest): Promise<Session> {
    let principal: Principal | undefined
    try {
      const session = await sessions.of(request)
      principal = session.principal
      requireScopes(principal, [GATEWAY_SCOPES.console])
      return session
    } catch (error) {
      await turnedAway(request, error, principal)
      throw error
    }
  }

  async function turnedAway(request: FastifyRequest, error: unknown, principal?: Principal): Promise<void> {
    const isToken = error instanceof UnauthorizedError
    if (!isToken && !(error instanceof ForbiddenError)) return
    const { id: requestId, method, url } = request
    const rule = isToken ? 'token' : 'scope'
    const name = `${method} ${url.split('?', 1)[0]}`
    const who = principal && { principal }
    await auditRefusal({ requestId, kind: 'console', name, ...who, rule, errorCode: error.code })
  }

  function open(method: Method, url: string, handler: (request: ApiRequest) => unknown): void {
    app.route({
      method,
      url,
      bodyLimit: 1024 * 1024,
      async handler(request, reply) {
        reply.header('cache-control', 'no-store')
        const left = leftBy(reply)
        try {
          await guarded(request)
          const query = request.query as ApiRequest['query']
          const answer = await handler({ body: request.body, query, request, reply, left })
          if (reply.sent) return reply
          return answer === undefined ? reply.code(204).send() : reply.send(answer)
        } catch (error) {
          // Nobody is there to be told.
          if (left.aborted && error === left.reason) return reply.hijack()
          return failed(error, request, reply)
        }
      },
    })
  }

  function failed(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (!(error instanceof AppError))
      logger.error({ err: error, requestId: request.id }, 'The console failed')
    const { status, headers, body } = toHttp(error, request.id)
    return reply.code(status).headers(headers).send(body)
  }

  return {
    open,
    turnedAway,
    visit(url, handler) {
      app.get(url, async (request, reply) => {
        reply.header('cache-control', 'no-store')
        try {
          await limited(request)
          return await handler(request, reply)
        } catch (error) {
          return failed(error, request, reply)
        }
      })
    },
    add(method, url, handler) {
      open(method, url, async (request) => {
        return handler(request, await enter(request.request))
      })
    },
  }
}
