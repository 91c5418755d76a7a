import type { DevelopmentIssuer, SignedAssertions } from '@atoll/auth'
import type { FastifyInstance } from 'fastify'
import type { Fleet } from './fleet.ts'
import { servicesView } from './services-view.ts'

export interface RouteOptions {
  readonly fleet: Fleet
  /** Public keys of the gateway's assertions. */
  readonly jwks: SignedAssertions['jwks']
  readonly development: DevelopmentIssuer | undefined
}

/** What the gateway serves beside MCP: its servers, and the keys with which others verify what it signs. */
export function addRoutes(app: FastifyInstance, { fleet, jwks, development }: RouteOptions): void {
  app.get('/services', () => servicesView(fleet))
  app.get('/.well-known/jwks.json', (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300')
    return jwks
  })
  if (!development) return
  app.get(development.metadataPath, () => development.metadata)
  app.get(new URL(development.metadata.jwks_uri).pathname, () => development.jwks)
}
