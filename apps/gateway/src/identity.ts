import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type DevelopmentIssuer,
  developmentIssuer,
  readSigningKeys,
  type SigningKeys,
  signingKeysFile,
} from '@atoll/auth'
import { InvalidError } from '@atoll/errors'
import { type Environment, parseEnvironment } from '@atoll/server-kit'
import { z } from 'zod'

const IdentityConfig = z.object({
  NODE_ENV: z.string().default('development'),
  /** `iss` of the gateway's assertions; its origin unless given. */
  GATEWAY_ISSUER: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  /** Holds the private key of the assertions, the same on every replica: PKCS #8 PEM, JWK or JWK Set. */
  GATEWAY_SIGNING_KEY_FILE: z.string().optional(),
  /** Where the development issuer keeps its key; not in production. */
  ATOLL_DEVELOPMENT_ISSUER_DIRECTORY: z.string().optional(),
})

export interface Identity {
  readonly issuer: string
  readonly keys: SigningKeys
  /** Who signs the tokens of people in development. */
  readonly development: DevelopmentIssuer | undefined
}

/**
 * Under which issuer and with which key the gateway signs, from the environment. Outside production a missing
 * key file is made. Throws ConfigError, InvalidError or UnavailableError, whose messages say what to do.
 */
export function readIdentity(env: Environment, resource: string): Identity {
  const config = parseEnvironment(IdentityConfig, env)
  const { origin } = new URL(resource)
  const directory = config.ATOLL_DEVELOPMENT_ISSUER_DIRECTORY
  const isProduction = config.NODE_ENV === 'production'
  if (directory && isProduction)
    throw new InvalidError(
      'ATOLL_DEVELOPMENT_ISSUER_DIRECTORY must not be set in production: configure AUTH_ISSUERS.',
    )
  const file = config.GATEWAY_SIGNING_KEY_FILE ?? (directory && join(directory, 'gateway-key.json'))
  if (!file)
    throw new InvalidError(
      'GATEWAY_SIGNING_KEY_FILE must name the file with the key that the gateway signs with.',
    )
  return {
    issuer: config.GATEWAY_ISSUER ?? origin,
    // A key made on the spot would differ from that of the next replica.
    keys: isProduction ? readKeys(file) : signingKeysFile(file),
    development: directory ? developmentIssuer({ directory, issuer: `${origin}/development` }) : undefined,
  }
}

function readKeys(file: string): SigningKeys {
  try {
    return readSigningKeys(readFileSync(file, 'utf8'))
  } catch (cause) {
    const why = cause instanceof TypeError ? cause.message : 'it cannot be read'
    throw new InvalidError(`GATEWAY_SIGNING_KEY_FILE (${file}) is not usable: ${why}.`, { cause })
  }
}
