import { OverloadedError } from '@atoll/errors'
import { overload, Places } from '@atoll/server-kit'
import type { AuditLog, CountedSeries, Logger } from '@atoll/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Gate } from './gate.ts'

export interface ShedOptions {
  readonly gate: Gate
  /** Path of the MCP endpoint; health, metrics and what else there is always answers. */
  readonly path: string
  readonly audit: AuditLog
  readonly logger: Logger
  readonly shed: CountedSeries
}

/** Seconds; spread, so that those who were turned away do not all come back at once. */
const COME_BACK = { least: 1, most: 3 }
/** Milliseconds between two lines of the log. */
const SAY_AGAIN = 10_000

/** Turn calls away while there is no room for them: before anything is read or verified, with 503 and `Retry-After`. */
export function shedLoad(app: FastifyInstance, { gate, path, audit, logger, shed }: ShedOptions): void {
  const withQuery = `${path}?`
  const leave = () => gate.leave()
  /** A call of a session may ask its caller, whose answer is a call that comes in by this gate. */
  const lendPlace = (request: FastifyRequest, reply: FastifyReply) => {
    const places = new Places()
    places.add(gate)
    request.places = places
    reply.raw.once('close', () => places.remove(gate))
  }
  let saidAt = Number.NEGATIVE_INFINITY
  app.addHook('onRequest', (request, reply, done) => {
    const { url, method } = request
    const isCall = method === 'POST' && (url === path || url.startsWith(withQuery))
    if (!isCall) return done()
    if (gate.enter()) {
      if (request.headers['mcp-session-id'] !== undefined) lendPlace(request, reply)
      reply.raw.once('close', leave)
      return done()
    }
    shed.inc()
    if (performance.now() - saidAt > SAY_AGAIN) {
      saidAt = performance.now()
      logger.warn({ inFlight: gate.inFlight, limit: gate.limit }, 'Calls are turned away: there are too many')
    }
    const error = new OverloadedError('There are more calls in flight than can be answered in time.', {
      retryAfter: COME_BACK.least + Math.floor(Math.random() * (COME_BACK.most - COME_BACK.least + 1)),
    })
    audit.record({
      event: 'call',
      requestId: request.id,
      server: 'gateway',
      kind: 'request',
      decision: 'refused',
      rule: 'load',
      outcome: 'refused',
      errorCode: error.code,
      durationMs: 0,
    })
    const { status, headers: extra, error: inWords } = overload(error, request.id)
    const { code, message, data } = inWords
    const refuse = () =>
      reply.code(status).headers(extra).send({ jsonrpc: '2.0', id: null, error: { code, message, data } })
    const kept = audit.committed?.(undefined)
    if (kept) void kept.then(refuse)
    else refuse()
  })
  // A header is a claim that whoever sends the call makes of it; what the body asks for is what is done.
  app.addHook('preHandler', (request, { raw }, done) => {
    if (isStream(request.body) && raw.listenerCount('close', leave) > 0) {
      raw.off('close', leave)
      leave()
    }
    done()
  })
}

/** It lasts as long as its caller listens, and has limits of its own. */
function isStream(body: unknown): boolean {
  return (body as { method?: unknown } | null | undefined)?.method === 'subscriptions/listen'
}
