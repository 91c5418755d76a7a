import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { JSONWebKeySet } from 'jose'
import { type Lifetime, lifetimeSeconds } from './lifetime.ts'
import { wellKnownPath } from './resource-metadata.ts'
import { replaceFile, signingKeysFile } from './signing/key-file.ts'
import { signToken } from './signing/sign-token.ts'

export interface DevelopmentIssuerOptions {
  /** Keeps `development-key.json` (owner only) and `development-jwks.json` (for everybody). Made when missing. */
  directory: string
  /** Its URL and the `iss` of its tokens, for example `http://127.0.0.1:3000/development`. */
  issuer: string
  /** Milliseconds since the epoch. */
  clock?: () => number
}

export interface DevelopmentToken {
  subject: string
  tenant: string
  scopes: readonly string[]
  roles?: readonly string[]
  /** The canonical URI of the server that the token is for. */
  audience: string
  ttl: Lifetime
  /** `development` unless told otherwise. */
  clientId?: string
}

/** What an authorization server says of itself (RFC 8414 section 2). */
export interface AuthorizationServerMetadata {
  issuer: string
  jwks_uri: string
  response_types_supported: string[]
  grant_types_supported: string[]
  scopes_supported?: string[]
}

export interface DevelopmentIssuer {
  readonly issuer: string
  /** The file of public keys, and the same as a URL for AUTH_ISSUERS. It survives when this process does not. */
  readonly jwksPath: string
  readonly jwksUrl: string
  /** Serve this at `metadata.jwks_uri`. */
  readonly jwks: JSONWebKeySet
  /** Serve this at `metadataPath`. It offers no grant: tokens are handed out by whoever holds the key. */
  readonly metadata: AuthorizationServerMetadata
  /** `/.well-known/oauth-authorization-server/<path>` (RFC 8414 section 3.1). */
  readonly metadataPath: string
  sign(token: DevelopmentToken): Promise<string>
}

/**
 * An issuer that gives anybody who can read its key any identity. The key stays the same over restarts and for
 * all processes that share the directory.
 * Throws an Error where NODE_ENV is production, UnavailableError when the files cannot be read or written.
 */
export function developmentIssuer(options: DevelopmentIssuerOptions): DevelopmentIssuer {
  // Read here on purpose: no caller can forget to pass it.
  if (process.env.NODE_ENV === 'production') {
    throw new Error('The development issuer does not exist in production: configure AUTH_ISSUERS.')
  }
  const { directory, clock = Date.now } = options
  const issuer = options.issuer.replace(/\/$/, '')
  const keys = signingKeysFile(join(directory, 'development-key.json'))
  const jwksPath = join(directory, 'development-jwks.json')
  replaceFile(jwksPath, `${JSON.stringify(keys.jwks, null, 2)}\n`, 0o644)
  return {
    issuer,
    jwksPath,
    jwksUrl: pathToFileURL(jwksPath).href,
    jwks: keys.jwks,
    metadata: {
      issuer,
      jwks_uri: `${issuer}/jwks.json`,
      response_types_supported: [],
      grant_types_supported: [],
    },
    metadataPath: wellKnownPath('oauth-authorization-server', issuer),
    sign({ ttl, roles = [], clientId = 'development', ...rest }) {
      const issuedAt = Math.floor(clock() / 1000)
      const expiresAt = issuedAt + lifetimeSeconds(ttl)
      return signToken(keys, { ...rest, issuer, roles, clientId, issuedAt, expiresAt })
    },
  }
}
