import type { FastifyInstance } from 'fastify'
import type { Limits } from './limits.ts'

/** `RateLimit` fields on answers to requests that take from no limit: handshakes, pings, discovery. */
export function sayLimits(app: FastifyInstance, limits: Limits): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    // Set by the kit's edge once it is known who asks; other routes have nobody.
    const { principal } = request
    if (principal && !reply.hasHeader('ratelimit')) reply.headers(limits.fields(principal))
    done()
  })
}
