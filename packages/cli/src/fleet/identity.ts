import { join } from 'node:path'
import { developmentIssuer } from '@atoll/auth'
import { ConflictError } from '@atoll/errors'
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
    sign: ({ ttl, ...request }) => issuer.sign({ ...request, ttl: `${ttl}s` }),
  }
}
