import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthenticator, developmentIssuer } from '@atoll/auth'
import { createHost, createRuntime } from '@atoll/server-kit'
import { createTelemetry } from '@atoll/telemetry'
import { server } from './echo.ts'

// Everything on: JWT with audience, scopes, limits, schemas both ways, deadline, audit, metrics, traces at 10 %.
const directory = await mkdtemp(join(tmpdir(), 'atoll-bench-'))
const resource = 'http://127.0.0.1/mcp'
process.env.NODE_ENV = 'test'
const issuer = developmentIssuer({ directory, issuer: 'http://127.0.0.1/development' })
process.env.NODE_ENV = 'production'
const telemetry = createTelemetry({ service: 'echo', version: '1.0.0', env: process.env })
await telemetry.ready()
const runtime = createRuntime(server, { config: {}, telemetry, connect: async () => ({ deps: {} }) })
const authenticator = createAuthenticator({
  resource,
  issuers: [{ issuer: issuer.issuer, jwks: issuer.jwksUrl }],
  scopesSupported: ['echo:use'],
})
const app = createHost({ ...runtime, telemetry, authenticator })
await runtime.start()
const url = await app.listen({ host: '127.0.0.1', port: 0 })
const who = { subject: 'alice', tenant: 'acme', scopes: ['echo:use'], audience: resource }
process.send?.({ url: `${url}/mcp`, token: await issuer.sign({ ...who, ttl: '1h' }) })
process.once('SIGTERM', async () => {
  await app.close()
  await runtime.close()
  await telemetry.shutdown()
  await rm(directory, { recursive: true })
  process.exit()
})
