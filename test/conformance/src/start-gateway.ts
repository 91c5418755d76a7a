import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { developmentIssuer } from '@atoll/auth'
import { freePort } from '@atoll/tooling/free-port'
import { SCOPES } from './domain.ts'
import { startFixture } from './start.ts'
import { withToken } from './with-token.ts'

const MAIN = fileURLToPath(new URL('../../../apps/gateway/src/main.ts', import.meta.url))

/** The gateway as it ships, in front of the fixture, whose things keep their names because the suite knows them. */
export async function startBehindGateway({ sessions }: { sessions: boolean }) {
  const directory = await mkdtemp(join(tmpdir(), 'atoll-conformance-'))
  const [port, fixturePort] = [await freePort(), await freePort()]
  const origin = `http://127.0.0.1:${port}`
  const people = developmentIssuer({ directory, issuer: `${origin}/development` })
  const fixture = await startFixture({ port: fixturePort, gateway: origin })
  const gateway = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      GATEWAY_RATE: '1000000/min',
      GATEWAY_SERVERS: JSON.stringify([{ name: 'fixture', url: fixture.url, names: 'plain' }]),
      ATOLL_DEVELOPMENT_ISSUER_DIRECTORY: directory,
      AUTH_ISSUERS: JSON.stringify([{ issuer: people.issuer, jwks: people.jwksUrl }]),
      MCP_SESSIONS: String(sessions),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await ready(gateway)
  const token = await people.sign({
    subject: 'conformance',
    tenant: 'conformance',
    scopes: SCOPES,
    audience: `${origin}/mcp`,
    ttl: '1h',
  })
  const door = await withToken(origin, token)
  return {
    url: `${door.origin}/mcp`,
    async close() {
      door.close()
      gateway.kill('SIGTERM')
      if (gateway.exitCode === null) await once(gateway, 'exit')
      await fixture.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Resolves when the gateway says so; rejects when it ends before. Whatever else it says is read and left. */
async function ready(gateway: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<void> {
  const said = Promise.withResolvers<void>()
  const failed = (code: number | null) => said.reject(new Error(`The gateway ended with exit code ${code}`))
  gateway.once('exit', failed)
  createInterface({ input: gateway.stdout }).on('line', (line) => {
    if (line.includes('"msg":"Ready"')) said.resolve()
  })
  await said.promise
  gateway.off('exit', failed)
}
