import { type Authenticator, type Principal, requireScopes } from '@atoll/auth'
import { AppError, ForbiddenError, LimitedError, toHttp, UnauthorizedError } from '@atoll/errors'
import { createAuditRefusal, type Limiters, type Rate } from '@atoll/server-kit'
import type { AuditLog, Logger } from '@atoll/telemetry'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { GATEWAY_SCOPES } from '../gateway-scopes.ts'

export interface AdminOptions {
  readonly authenticator: Authenticator
  readonly limiters: Limiters
  readonly audit: AuditLog
  readonly logger: Logger
}

export interface AdminRequest {
  readonly principal: Principal
  readonly requestId: string
  readonly body: unknown
  /** What stands behind the question mark. */
  readonly query: Readonly<Record<string, unknown>>
}

/** Serves one request of somebody who runs the gateway; throws AppErrors. */
export type AdminHandler = (request: AdminRequest) => unknown
export type AddAdminRoute = (method: 'GET' | 'POST', url: string, handler: AdminHandler) => void

const Query = z.record(z.string(), z.unknown())

/** Of one address. */
const RATE: Rate = '120/min'

/** Adds routes for people with the scope `gateway:admin`. Refusals are audited; what was done is audited by who does it. */
export function adminRoutes(app: FastifyInstance, options: AdminOptions): AddAdminRoute {
  const { authenticator, limiters, audit, logger } = options
  const take = limiters.limiter('admin', RATE)
  const auditRefusal = createAuditRefusal(audit, 'gateway')

  async function identify(request: FastifyRequest): Promise<Principal> {
    const wait = await take(request.ip)
    if (wait !== undefined) throw new LimitedError(`At most ${RATE} here.`, { retryAfter: wait })
    return authenticator.authenticate(request.headers.authorization)
  }

  async function refuse(
    request: FastifyRequest,
    principal: Principal | undefined,
    error: unknown,
  ): Promise<void> {
    const { id: requestId, method, url } = request
    const isToken = error instanceof UnauthorizedError
    if (!isToken && !(error instanceof ForbiddenError)) return
    await auditRefusal({
      ...{ requestId, kind: 'admin', name: `${method} ${url}` },
      ...(principal && { principal }),
      rule: isToken ? 'token' : 'scope',
      errorCode: error.code,
    })
  }

  return (method, url, handler) => {
    app.route({
      method,
      url,
      bodyLimit: 256 * 1024,
      async handler(request, reply) {
        reply.header('cache-control', 'no-store')
        let principal: Principal | undefined
        try {
          principal = await identify(request)
          requireScopes(principal, [GATEWAY_SCOPES.admin])
          const { id: requestId, body, query } = request
          return await handler({ principal, requestId, body, query: Query.parse(query) })
        } catch (error) {
          await refuse(request, principal, error)
          const { status, headers, body } = toHttp(error, request.id)
          if (!(error instanceof AppError)) logger.error({ err: error, requestId: request.id }, 'It failed')
          if (status === 401 || status === 403)
            reply.header('www-authenticate', authenticator.challenge(error))
          return reply.code(status).headers(headers).send(body)
        }
      },
    })
  }
}
