import { TOKEN_EXCHANGE, wellKnownPath } from '@atoll/auth'
import type { FastifyInstance } from 'fastify'

export interface TokenMetadataOptions {
  /** The `iss` of what the gateway hands out. */
  readonly issuer: string
  /** The gateway's canonical URI. */
  readonly resource: string
}

/** `/.well-known/oauth-authorization-server`: where the token endpoint is and what it can do (RFC 8414). */
export function addTokenMetadata(app: FastifyInstance, { issuer, resource }: TokenMetadataOptions): void {
  const { origin } = new URL(resource)
  const metadata = {
    issuer,
    token_endpoint: `${origin}/token`,
    jwks_uri: `${origin}/.well-known/jwks.json`,
    grant_types_supported: [TOKEN_EXCHANGE],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    // Nobody signs in here.
    response_types_supported: [],
  }
  app.get(wellKnownPath('oauth-authorization-server', issuer), (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300')
    return metadata
  })
}
