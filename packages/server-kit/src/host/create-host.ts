import type { Authenticator } from '@atoll/auth'
import { toHttp } from '@atoll/errors'
import type { Health } from '@atoll/health'
import type { AuditLog, Telemetry } from '@atoll/telemetry'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { createAuditSubscription } from '../edge/audit-subscription.ts'
import type { EventBus } from '../edge/event-bus.ts'
import { createListening } from '../edge/listen.ts'
import { mcpRoute } from '../edge/mcp-route.ts'
import { guardOrigins } from '../edge/origin-guard.ts'
import { recorded } from '../edge/recorded.ts'
import { createAuditRefusal } from '../edge/refusals.ts'
import { createRenderer } from '../edge/render.ts'
import { createSdkFallback } from '../edge/sdk-fallback.ts'
import type { Service } from '../edge/service.ts'
import { createSessions, type SessionLimits } from '../edge/sessions.ts'
import { createNoteUnfit } from '../edge/unfit.ts'
import { catalogueRoute } from './catalogue-route.ts'
import { requestId } from './request-id.ts'

export interface HostOptions {
  service: Service
  authenticator: Authenticator
  telemetry: Telemetry
  health: Health
  bus: EventBus
  /** Takes what is refused before a call is even looked at: tokens, origins. */
  audit?: AuditLog
  allowedHosts?: readonly string[]
  allowedOrigins?: readonly string[]
  /** Bytes of one request body. */
  bodyLimit?: number
  /** Sessions for 2025-era clients; none unless given. */
  sessions?: SessionLimits
  /** Path of the MCP endpoint. */
  path?: string
}

const SUBSCRIPTIONS = { total: 1024, perPrincipal: 64 }

/** The HTTP side of a server, not yet listening: `POST /mcp`, health, metrics, metadata, the catalogue for people. */
export function createHost(options: HostOptions): FastifyInstance {
  const { service, authenticator, telemetry, health, bus, path = '/mcp' } = options
  const { logger } = telemetry
  const app = Fastify({
    logger: false,
    genReqId: requestId,
    bodyLimit: options.bodyLimit ?? 4 * 1024 * 1024,
    // A request must arrive whole within this time; how long its answer takes is the tool's own limit.
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
  })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  const auditRefusal = createAuditRefusal(options.audit, service.info.name)
  guardOrigins(app, options.allowedHosts ?? [], options.allowedOrigins ?? [], auditRefusal)

  const renderer = createRenderer(service.info)
  const newRequestId = () => requestId({ headers: {} })
  const onError = (error: Error) => logger.debug({ err: error }, 'Refused by the protocol')
  const listening = createListening(bus, service, SUBSCRIPTIONS)
  const noteUnfit = createNoteUnfit(service, auditRefusal)
  const framed = recorded(service, options.audit)
  const fallback = createSdkFallback(framed, renderer, authenticator, newRequestId, onError, noteUnfit)
  const auditSubscription = createAuditSubscription(options.audit, service.info.name)
  const audits = { auditSubscription, auditRefusal }
  const sessions =
    options.sessions && createSessions(framed, renderer, bus, newRequestId, options.sessions, audits)
  mcpRoute(app, path, {
    service,
    renderer,
    authenticator,
    listening,
    fallback,
    sessions,
    logger,
    discovering: telemetry.operation('server/discover'),
    ...audits,
    noteUnfit,
    audit: options.audit,
  })

  app.get('/health', () => health.live())
  app.get('/ready', async (_request, reply) => {
    const report = await health.ready()
    return reply.code(report.status === 'ready' ? 200 : 503).send(report)
  })
  app.get('/metrics', async (_request, reply) => {
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await telemetry.metrics())
  })
  app.get(authenticator.metadataPath, () => authenticator.metadata)
  catalogueRoute(app, service)

  app.setNotFoundHandler((_request, reply) => {
    reply.code(404).send({
      error: { code: 'NOT_FOUND', message: `There is nothing here. The MCP endpoint is POST ${path}.` },
    })
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) logger.error({ err: error, requestId: request.id }, 'A request failed')
    if (status < 500 && request.url === path) return reply.code(status).send(unreadable(error, status))
    const answer = toHttp(error, request.id)
    return reply.code(status >= 500 ? answer.status : status).send(answer.body)
  })

  // Streams first: a server does not close while one of its responses is open.
  app.addHook('preClose', async () => {
    listening.close()
    await sessions?.close()
  })
  app.addHook('onClose', () => fallback.close())
  return app
}

/** A body that could not even be parsed, in JSON-RPC's words (JSON-RPC 2.0 section 5.1). */
function unreadable(error: FastifyError, status: number) {
  const isJson =
    error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY'
  const code = isJson || error instanceof SyntaxError ? -32700 : -32000
  const message =
    status === 413
      ? 'The request body is too large'
      : code === -32700
        ? 'Parse error: the body is not JSON'
        : error.message
  return { jsonrpc: '2.0', id: null, error: { code, message } }
}
