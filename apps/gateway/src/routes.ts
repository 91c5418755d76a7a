import type { DevelopmentIssuer, SignedAssertions } from '@atoll/auth'
import { LimitedError, toHttp } from '@atoll/errors'
import type { Limiters, Rate } from '@atoll/server-kit'
import type { FastifyInstance } from 'fastify'
import type { Fleet } from './fleet.ts'
import type { Definitions } from './protection/definitions.ts'
import { servicesView } from './services-view.ts'

export interface RouteOptions {
  readonly fleet: Fleet
  readonly definitions: Definitions
  readonly limiters: Limiters
  /** Public keys of the gateway's assertions. */
  readonly jwks: SignedAssertions['jwks']
  readonly development: DevelopmentIssuer | undefined
}

/** Looks at all servers that one address may ask for. */
const LOOK_RATE: Rate = '30/min'

/** What the gateway serves beside MCP: its servers, and the keys with which others verify what it signs. */
export function addRoutes(app: FastifyInstance, options: RouteOptions): void {
  const { fleet, definitions, limiters, jwks, development } = options
  app.get('/services', () => servicesView(fleet, definitions))
  const takeLook = limiters.limiter('services', LOOK_RATE)
  app.post('/services', async (request, reply) => {
    const wait = await takeLook(request.ip)
    if (wait !== undefined) {
      const error = new LimitedError('Looks are limited. GET /services shows what the last one found.', {
        retryAfter: wait,
      })
      const { status, headers, body } = toHttp(error, request.id)
      return reply.code(status).headers(headers).send(body)
    }
    await Promise.all(fleet.upstreams.map((upstream) => upstream.refresh()))
    return servicesView(fleet, definitions)
  })
  app.get('/.well-known/jwks.json', (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300')
    return jwks
  })
  if (!development) return
  app.get(development.metadataPath, () => development.metadata)
  app.get(new URL(development.metadata.jwks_uri).pathname, () => development.jwks)
}
