import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { developmentIssuer, signingKeysFile } from '@atoll/auth'
import { ConflictError } from '@atoll/errors'
import type { Apps } from '../apps/discover-apps.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { waitForLock } from '../process/lock.ts'
import type { Settings } from '../settings.ts'
import { knownPerson } from './people.ts'

/** The issuer of this home, whose keys never leave it. */
export interface DevelopmentIdentity {
  readonly issuer: string
  /** Its public keys as a file URL, so that servers need nobody to be running. */
  readonly jwks: string
  readonly directory: string
  readonly gateway: GatewayKeys
  sign(request: TokenRequest): Promise<string>
}

/** With what the gateway signs, and what the domains check it with: files, so that nobody waits for the other. */
export interface GatewayKeys {
  readonly signingKeyFile: string
  /** The public halves, as a file URL. */
  readonly jwks: string
}

export interface TokenRequest {
  readonly subject: string
  readonly tenant: string
  readonly scopes: readonly string[]
  readonly roles?: readonly string[]
  /** The canonical URI of the server that the token is for. */
  readonly audience: string
  /** Seconds. */
  readonly ttl: number
}

/** Who the launcher's own tokens are for, and how long they live. */
export const DEVELOPER = { subject: 'alice', ...knownPerson('alice'), ttl: 12 * 3_600 } as const

/** Open the home's development issuer, making its keys on first use. Throws ConflictError in production. */
export async function openIdentity(settings: Settings, apps: Apps): Promise<DevelopmentIdentity> {
  if (settings.env.NODE_ENV === 'production') {
    throw new ConflictError(
      'This is the development fleet, and NODE_ENV is "production" here: unset it, or deploy the servers one by one.',
    )
  }
  await using _lock = await waitForLock(settings.home, 'issuer')
  const directory = join(settings.home, 'issuer')
  const issuer = developmentIssuer({ directory, issuer: `${apps.gateway.url}/development` })
  return {
    issuer: issuer.issuer,
    jwks: issuer.jwksUrl,
    directory,
    gateway: await openGatewayKeys(settings.home),
    sign: ({ ttl, ...request }) => issuer.sign({ ...request, ttl: `${ttl}s` }),
  }
}

async function openGatewayKeys(home: string): Promise<GatewayKeys> {
  const signingKeyFile = join(home, 'gateway-key.json')
  const jwksFile = join(home, 'gateway-jwks.json')
  const jwks = `${JSON.stringify(signingKeysFile(signingKeyFile).jwks)}\n`
  const known = await readFile(jwksFile, 'utf8').catch(() => undefined)
  if (known !== jwks) await writeAtomically(jwksFile, jwks)
  return { signingKeyFile, jwks: pathToFileURL(jwksFile).href }
}
