import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChainedLog } from '@atoll/audit'
import { createAuthenticator, developmentIssuer, signingKeysFile } from '@atoll/auth'
import { createHost, createRuntime } from '@atoll/server-kit'
import { type AuditLog, createAuditLog, createTelemetry } from '@atoll/telemetry'
import { server } from './echo.ts'

// Everything on: JWT with audience, scopes, limits, schemas both ways, deadline, audit, metrics, traces at 10 %.
const directory = await mkdtemp(join(tmpdir(), 'atoll-bench-'))
const resource = 'http://127.0.0.1/mcp'
process.env.NODE_ENV = 'test'
const issuer = developmentIssuer({ directory, issuer: 'http://127.0.0.1/development' })
process.env.NODE_ENV = 'production'
const telemetry = createTelemetry({ service: 'echo', version: '1.0.0', env: process.env })
await telemetry.ready()
const audit = auditFor(process.env.BENCH_AUDIT ?? 'stdout')
const runtime = createRuntime(server, { config: {}, telemetry, audit, connect: async () => ({ deps: {} }) })
const authenticator = createAuthenticator({
  resource,
  issuers: [{ issuer: issuer.issuer, jwks: issuer.jwksUrl }],
  scopesSupported: ['echo:use'],
})
const app = createHost({ ...runtime, telemetry, authenticator })
if (audit instanceof ChainedLog) await audit.start()
await runtime.start()
const url = await app.listen({ host: '127.0.0.1', port: 0 })
const who = { subject: 'alice', tenant: 'acme', scopes: ['echo:use'], audience: resource }
process.send?.({ url: `${url}/mcp`, token: await issuer.sign({ ...who, ttl: '1h' }) })
// Busy neighbours change rates; what a call costs this process they change less.
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
process.once('SIGTERM', async () => {
  await app.close()
  await runtime.close()
  await telemetry.shutdown()
  await rm(directory, { recursive: true })
  process.exit()
})

function auditFor(where: string): AuditLog {
  if (where === 'stdout') return createAuditLog({ stream: telemetry.output })
  const nothing = async () => {}
  if (where === 'none') return { record() {}, dropped: 0, flush: nothing, close: nothing }
  return new ChainedLog({
    folder: join(directory, 'audit'),
    name: 'echo',
    about: { server: 'echo' },
    keys: signingKeysFile(join(directory, 'audit-key.json')),
    onFailure: 'refuse',
    fsync: where === 'disk',
    segmentSize: 64 * 1024 * 1024,
    logger: telemetry.logger,
  })
}
