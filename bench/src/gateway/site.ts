import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { developmentIssuer, signingKeysFile } from '@atoll/auth'
import { freePort } from '@atoll/tooling/free-port'

export interface Site {
  /** Its own folder, which goes with it. */
  readonly directory: string
  readonly mcp: string
  /** What the gateway's process is started with. */
  readonly env: Record<string, string>
  token(): Promise<string>
  remove(): Promise<void>
}

/** Keys, an issuer of people's tokens and the environment of a gateway in front of `servers`. */
export async function newSite(servers: readonly object[]): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'atoll-bench-'))
  const port = await freePort()
  const mcp = `http://127.0.0.1:${port}/mcp`
  const key = join(directory, 'gateway-key.json')
  signingKeysFile(key)
  const people = developmentIssuer({ directory, issuer: 'http://127.0.0.1/development' })
  return {
    directory,
    mcp,
    env: {
      PORT: String(port),
      PUBLIC_URL: mcp,
      GATEWAY_SERVERS: JSON.stringify(servers),
      GATEWAY_SIGNING_KEY_FILE: key,
      GATEWAY_RATE: '100000000/min',
      AUTH_ISSUERS: JSON.stringify([{ issuer: people.issuer, jwks: people.jwksUrl }]),
      STATE_SECRET: 'a-secret-of-at-least-32-characters',
    },
    token: () =>
      people.sign({ subject: 'alice', tenant: 'acme', scopes: ['echo:use'], audience: mcp, ttl: '1h' }),
    remove: () => rm(directory, { recursive: true }),
  }
}
