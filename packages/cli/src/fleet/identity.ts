import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { developmentIssuer } from '@atoll/auth'
import type { Apps } from '../apps/discover-apps.ts'
import { waitForLock } from '../process/lock.ts'
import type { Settings } from '../settings.ts'

/** The issuer of this home, whose keys never leave it. */
export interface DevelopmentIdentity {
  readonly issuer: string
  /** Its public keys as a file URL, so that servers need nobody to be running. */
  readonly jwks: string
  readonly directory: string
  sign(request: TokenRequest): Promise<string>
}

export interface TokenRequest {
  readonly subject: string
  readonly tenant: string
  readonly scopes: readonly string[]
  /** The canonical URI of the server that the token is for. */
  readonly audience: string
  /** Seconds. */
  readonly ttl: number
}

/** Who the launcher's own tokens are for, and how long they live. */
export const DEVELOPER = { subject: 'alice', tenant: 'acme', ttl: 12 * 3_600 } as const

/** Open the home's development issuer, making its keys on first use. Throws when NODE_ENV is `production`. */
export async function openIdentity(settings: Settings, apps: Apps): Promise<DevelopmentIdentity> {
  await using _lock = await waitForLock(settings.home, 'issuer')
  const directory = join(settings.home, 'issuer')
  const issuer = await developmentIssuer({ directory, issuer: `${apps.gateway.url}/development` })
  return {
    issuer: issuer.issuer,
    jwks: pathToFileURL(issuer.jwksPath).href,
    directory,
    sign: ({ ttl, scopes, ...request }) => issuer.sign({ ...request, scopes: [...scopes], ttl }),
  }
}
