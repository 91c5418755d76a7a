import { type Authenticator, createAuthenticator } from '@atoll/auth'
import { createHost, createRuntime } from '@atoll/server-kit'
import { createAuditLog, createTelemetry } from '@atoll/telemetry'
import { SCOPES } from './domain.ts'
import { server } from './server.ts'

export interface FixtureOptions {
  /** Sessions serve the 2025 scenarios that ask the client. */
  sessions?: boolean
  port?: number
  /** Takes the assertions of the gateway at this origin, and nobody else. Without it everybody may come. */
  gateway?: string
}

/** The suite sends no tokens: everybody is the same visitor. */
const anybody: Authenticator = {
  authenticate: () => ({
    subject: 'conformance',
    tenant: 'conformance',
    scopes: new Set(SCOPES),
    roles: new Set(),
    clientId: 'conformance',
    issuer: 'conformance',
    expiresAt: Number.POSITIVE_INFINITY,
  }),
  metadata: {
    resource: 'http://127.0.0.1/mcp',
    scopes_supported: [...SCOPES],
    bearer_methods_supported: ['header'],
  },
  metadataPath: '/.well-known/oauth-protected-resource/mcp',
  metadataUrl: 'http://127.0.0.1/.well-known/oauth-protected-resource/mcp',
  challenge: () => 'Bearer',
  probe: async () => {},
  close() {},
}

// The suite checks the protocol; what the audit records is tested with the kit.
const NOWHERE = { write: () => true, flush: async () => {}, flushSync() {} }

/** Start the fixture on 127.0.0.1, on a free port unless told otherwise. */
export async function startFixture({ sessions = false, port = 0, gateway }: FixtureOptions) {
  const authenticator = gateway === undefined ? anybody : behind(gateway, `http://127.0.0.1:${port}/mcp`)
  const telemetry = createTelemetry({
    service: 'fixture',
    version: '1',
    env: { LOG_LEVEL: 'error' },
    output: 2,
  })
  const audit = createAuditLog({ stream: NOWHERE })
  const runtime = createRuntime(server, {
    config: {},
    telemetry,
    audit,
    connect: (context) => server.domain.connect({}, context),
  })
  const app = createHost({
    ...runtime,
    telemetry,
    authenticator,
    ...(sessions && { sessions: { max: 100, idle: 60_000 } }),
  })
  await runtime.start()
  const origin = await app.listen({ host: '127.0.0.1', port })
  return {
    url: `${origin}/mcp`,
    async close() {
      await app.close()
      authenticator.close()
      await runtime.close()
      await telemetry.shutdown()
    },
  }
}

/** A resource server like every app behind a gateway. */
function behind(gateway: string, resource: string): Authenticator {
  const issuers = [{ issuer: gateway, jwks: `${gateway}/.well-known/jwks.json`, gateway: true }]
  return createAuthenticator({ resource, issuers, scopesSupported: [...SCOPES] })
}
