import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DevelopmentIssuer, developmentIssuer, type SigningKeys, signingKeysFile } from '@atoll/auth'
import { freePort } from '@atoll/tooling/free-port'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.ts'
import { type NodeProcess, nodeProcess } from './node-process.ts'

const GATEWAY = new URL('../../../apps/gateway/src/main.ts', import.meta.url)
const SECRET = 'a secret that only the instances of these tests know'
const SCOPES = ['ledger:look', 'ledger:pay', 'notes:read', 'notes:write']

/** Where a server may register by itself. */
export const REGISTER = {
  urls: ['http://127.0.0.1:*/mcp'],
  secret: `sha256:${createHash('sha256').update(SECRET).digest('hex')}`,
}

export interface GatewayProcess extends NodeProcess {
  readonly origin: string
  readonly mcp: string
}

export interface Site {
  /** The payments that were made, one id a line. */
  readonly ledger: string
  payments(): string[]
  people: DevelopmentIssuer
  /** Of the gateway; the public parts. */
  readonly keys: SigningKeys['jwks']
  /** What all replicas of the gateway are called, as one. */
  readonly resource: string
  /** Of a person; alice unless named. */
  token(subject?: string): Promise<string>
  gateway(
    servers: readonly object[],
    env?: Record<string, string>,
    flags?: readonly string[],
  ): Promise<GatewayProcess>
  /** A server of the kit, `ledger` or `notes`, which trusts this site's gateways and registers at those given. */
  server(
    name: string,
    gateways: GatewayProcess | GatewayProcess[],
    env?: Record<string, string>,
    flags?: readonly string[],
  ): Promise<ServerProcess>
}

export interface ServerProcess extends NodeProcess {
  readonly url: string
}

/** Keys, people and a ledger, shared by all processes of one test. */
export async function newSite(): Promise<Site> {
  const directory = mkdtempSync(join(tmpdir(), 'atoll-faults-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const key = join(directory, 'gateway-key.json')
  const { jwks: keys } = signingKeysFile(key)
  const resource = 'http://gateway.test/mcp'
  const people = developmentIssuer({ directory, issuer: 'http://people.test' })
  const ledger = join(directory, 'ledger')
  return {
    ledger,
    payments: () => readLines(ledger),
    people,
    keys,
    resource,
    token: (subject = 'alice') =>
      people.sign({ subject, tenant: 'acme', scopes: SCOPES, audience: resource, ttl: '1h' }),
    async gateway(servers, env = {}, flags = []) {
      const port = await freePort()
      const origin = `http://127.0.0.1:${port}`
      const settings = {
        NODE_ENV: 'production',
        PORT: String(port),
        PUBLIC_URL: resource,
        LOG_LEVEL: 'warn',
        GATEWAY_SERVERS: JSON.stringify(servers),
        // Where its servers register.
        GATEWAY_ALLOWED_NETWORKS: '127.0.0.0/8',
        GATEWAY_SIGNING_KEY_FILE: key,
        GATEWAY_RATE: '1000000/min',
        AUTH_ISSUERS: JSON.stringify([{ issuer: people.issuer, jwks: people.jwksUrl }]),
        STATE_SECRET: 'a-secret-of-at-least-32-characters',
        ...env,
      }
      const gateway = nodeProcess(GATEWAY, settings, flags)
      await answers(gateway, `${origin}/ready`)
      return { ...gateway, origin, mcp: `${origin}/mcp` }
    },
    async server(name, gateways, env = {}, flags = []) {
      const origins = [gateways].flat().map(({ origin }) => origin)
      const port = env.PORT ?? String(await freePort())
      const settings = {
        PORT: port,
        PUBLIC_URL: audienceOf(name),
        LOG_LEVEL: 'warn',
        LEDGER: ledger,
        AUTH_ISSUERS: JSON.stringify([
          {
            issuer: new URL(resource).origin,
            jwks: `${origins[0]}/.well-known/jwks.json`,
            gateway: true,
          },
        ]),
        REGISTRY_URL: origins.map((origin) => `${origin}/register`).join(),
        REGISTRY_SECRET: SECRET,
        ...env,
      }
      const server = nodeProcess(new URL(`./servers/${name}.ts`, import.meta.url), settings, flags)
      const url = env.INSTANCE_URL ?? `http://127.0.0.1:${port}/mcp`
      await answers(server, `http://127.0.0.1:${port}/health`)
      for (const origin of origins)
        await eventually(`${name} is in the rotation`, async () => (await instancesOf(origin)).includes(url))
      return { ...server, url }
    },
  }
}

/** How a server of these tests is called by the tokens for it, wherever its instances are. */
export function audienceOf(name: string): string {
  return `http://${name}.test/mcp`
}

/** Of a gateway: the URLs of all instances that get calls. */
export async function instancesOf(origin: string): Promise<string[]> {
  const { services } = (await (await fetch(`${origin}/services`)).json()) as {
    services: { instances: { url: string; health: string; state: string }[] }[]
  }
  return services.flatMap(({ instances }) =>
    instances
      .filter(({ health, state }) => health === 'healthy' && state === 'serving')
      .map(({ url }) => url),
  )
}

async function answers(child: NodeProcess, url: string): Promise<void> {
  await eventually(`${url} answers`, async () => {
    if (child.exitCode() !== null) throw new Error(`It ended with ${child.exitCode()}: ${child.output()}`)
    return await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
  })
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1)
  } catch {
    return []
  }
}
