import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthenticator, developmentIssuer } from '@atoll/auth'
import { type Changes, createHost, createRuntime, type ServerDefinition } from '@atoll/server-kit'
import { type AuditEvent, createTelemetry } from '@atoll/telemetry'
import type { Connect } from '../connect.ts'

export interface HttpFixture {
  readonly origin: string
  readonly mcp: string
  readonly audit: readonly AuditEvent[]
  /** Changes that no tool call makes. */
  readonly changes: Changes<unknown>
  /** A token for this server, or for the audience that is given. */
  token(who: {
    subject: string
    tenant: string
    scopes: readonly string[]
    audience?: string
    ttl?: `${number}s`
  }): Promise<string>
  /** One for this server that was good yesterday. */
  expiredToken(who: { subject: string; tenant: string; scopes: readonly string[] }): Promise<string>
  /** A POST to the MCP endpoint, exactly as given. */
  post(body: unknown, headers: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

const RESOURCE = 'http://127.0.0.1/mcp'

/** A server on a free port of 127.0.0.1 with real tokens, over the given dependencies or those that `connect` opens. */
export async function httpFixture<Name extends string, Deps>(
  server: ServerDefinition<Name, Deps>,
  deps: NoInfer<Deps> | Connect<NoInfer<Deps>>,
  { sessions = false }: { sessions?: boolean } = {},
): Promise<HttpFixture> {
  const directory = await mkdtemp(join(tmpdir(), 'atoll-issuer-'))
  const issuer = developmentIssuer({ directory, issuer: 'http://127.0.0.1/development' })
  const yesterday = () => Date.now() - 86_400_000
  const past = developmentIssuer({ directory, issuer: issuer.issuer, clock: yesterday })
  const audit: AuditEvent[] = []
  const telemetry = createTelemetry({
    service: server.domain.name,
    version: '1',
    env: { LOG_LEVEL: 'silent' },
    output: 2,
  })
  const log = {
    record: (event: AuditEvent) => void audit.push(event),
    dropped: 0,
    flush: async () => {},
    close: async () => {},
  }
  const runtime = createRuntime(server, {
    config: {},
    telemetry,
    audit: log,
    // Dependencies are an object; a function opens them.
    connect: typeof deps === 'function' ? (deps as Connect<Deps>) : async () => ({ deps }),
  })
  const authenticator = createAuthenticator({
    resource: RESOURCE,
    issuers: [{ issuer: issuer.issuer, jwks: issuer.jwksUrl }],
    scopesSupported: Object.keys(server.domain.scopes),
  })
  const app = createHost({
    ...runtime,
    telemetry,
    authenticator,
    ...(sessions && { sessions: { max: 100, idle: 60_000 } }),
  })
  await runtime.start()
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const mcp = `${origin}/mcp`
  return {
    origin,
    mcp,
    audit,
    changes: runtime.changes,
    token: ({ audience = RESOURCE, ttl = '300s', ...who }) => issuer.sign({ ...who, audience, ttl }),
    expiredToken: (who) => past.sign({ ...who, audience: RESOURCE, ttl: '300s' }),
    post: (body, headers) => fetch(mcp, { method: 'POST', body: JSON.stringify(body), headers }),
    async close() {
      await app.close()
      authenticator.close()
      await runtime.close()
      await telemetry.shutdown()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
