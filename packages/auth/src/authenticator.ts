import type { JSONWebKeySet } from 'jose'
import { API_KEY_PREFIX, type ApiKeyRecord } from './api-key.ts'
import { ApiKeyStore } from './api-key-store.ts'
import { bearerToken } from './bearer-token.ts'
import { challenger } from './challenge.ts'
import { digest } from './digest.ts'
import { openKeys } from './keys/open-keys.ts'
import { LruCache } from './lru-cache.ts'
import { keepSubjectToken } from './outbound/subject-tokens.ts'
import type { Principal } from './principal.ts'
import { canonicalResource, type ProtectedResourceMetadata, wellKnownPath } from './resource-metadata.ts'
import { type StaticToken, staticTokens } from './static-tokens.ts'
import { type TrustedIssuer, tokenVerifier, type VerifiedToken } from './token-verifier.ts'

export interface IssuerOptions {
  /** The exact `iss` of its tokens. */
  issuer: string
  /** Its public keys, or where they are: https, http on this machine, or a file URL. */
  jwks: string | JSONWebKeySet
  /** Whether clients can get tokens from it, so that the metadata names it; true unless it is a gateway, or told otherwise. */
  authorizationServer?: boolean | undefined
  /** Whether it may name people of other issuers, as a gateway does (`sub_id`, RFC 9493); false unless told otherwise. */
  gateway?: boolean | undefined
  /** The tenants whose tokens it may issue; any when left out. */
  tenants?: readonly string[] | undefined
}

export interface AuthOptions {
  /** This server's canonical URI: the audience that every token must name. */
  resource: string
  issuers: readonly IssuerOptions[]
  /** A function where they are only learned while serving, as by a gateway. */
  scopesSupported: readonly string[] | (() => readonly string[])
  staticTokens?: readonly StaticToken[]
  apiKeys?: readonly ApiKeyRecord[]
  /** A file of API keys, read again when it changes. */
  apiKeysFile?: string
  /** Verified tokens that are remembered; 5000 unless told otherwise. */
  maxCachedTokens?: number
  /** Issuers whose tokens are kept beside their principals, for `exchangedTokens`; none unless given. */
  exchangeable?: ReadonlySet<string>
  /** Milliseconds since the epoch. */
  clock?: () => number
  /** Told when keys cannot be read. The request at hand, if it matters to any, gets its own error. */
  onError?: (error: Error) => void
}

export interface Authenticator {
  /**
   * The principal of an `Authorization` header: at once for a credential seen before, otherwise as a promise.
   * Throws or rejects with MissingTokenError or InvalidTokenError (401), or UnavailableError (503) when the
   * credential may be good but what it is checked with cannot be read.
   */
  authenticate(authorizationHeader: string | undefined): Principal | Promise<Principal>
  /** Serve this as JSON at `metadataPath`, to anybody. */
  readonly metadata: ProtectedResourceMetadata
  /** `/.well-known/oauth-protected-resource/<path>` (RFC 9728 section 3.1). */
  readonly metadataPath: string
  readonly metadataUrl: string
  /** The `WWW-Authenticate` value that goes with a 401, or with a 403 for want of scopes. */
  challenge(error: unknown): string
  /** For `/ready`: reads what is due, and rejects with UnavailableError when tokens could not be verified. */
  probe(): Promise<void>
  close(): void
}

/** Milliseconds after which even a token that lives long is verified again. */
const TRUSTED_FOR = 300_000

/**
 * Make the authenticator of one server. It opens nothing before the first token or probe.
 * Throws a TypeError when the options contradict themselves.
 */
export function createAuthenticator(options: AuthOptions): Authenticator {
  const { clock = Date.now, onError = () => {}, scopesSupported: scopes, exchangeable } = options
  const scopesSupported = typeof scopes === 'function' ? scopes : () => scopes
  const resource = canonicalResource(options.resource)
  const issuers = trust(options.issuers, { clock, onError })
  const verify = tokenVerifier(resource, issuers, clock)
  const { apiKeys: keys = [], apiKeysFile: file } = options
  const apiKeys = new ApiKeyStore({ keys, file, clock, onError })
  const findStatic = staticTokens(options.staticTokens ?? [])
  const verified = new LruCache<Remembered>(options.maxCachedTokens ?? 5000)
  const verifying = new Map<string, Promise<Principal>>()

  const remember = (key: string, token: VerifiedToken): Principal => {
    const until = Math.min(token.principal.expiresAt * 1000, clock() + TRUSTED_FOR)
    verified.set(key, { ...token, until })
    return token.principal
  }
  const verifyOnce = (key: string, token: string): Promise<Principal> => {
    const running = verifying.get(key)
    if (running) return running
    const started = verify(token)
      .then((result) => {
        if (!result.principal.gateway && exchangeable?.has(result.principal.issuer))
          keepSubjectToken(result.principal, token)
        return remember(key, result)
      })
      .finally(() => verifying.delete(key))
    verifying.set(key, started)
    return started
  }

  const metadataPath = wellKnownPath('oauth-protected-resource', resource)
  const metadataUrl = new URL(metadataPath, resource).href
  return {
    authenticate(header) {
      const token = bearerToken(header)
      // Remembering digests keeps tokens out of memory and the size of an entry fixed; it costs no more.
      const key = digest(token)
      const known = verified.get(key)
      if (known) {
        if (clock() < known.until && known.keys.version === known.version) return known.principal
        verified.delete(key)
      }
      if (token.startsWith(API_KEY_PREFIX)) return apiKeys.find(key)
      return findStatic(key) ?? verifyOnce(key, token)
    },
    get metadata() {
      return describe(resource, options.issuers, scopesSupported())
    },
    metadataPath,
    metadataUrl,
    challenge: challenger(metadataUrl, scopesSupported),
    async probe() {
      await Promise.all([apiKeys.check(), ...[...issuers.values()].map(({ keys }) => keys.refresh())])
    },
    close() {
      for (const { keys } of issuers.values()) keys.close()
    },
  }
}

interface Remembered extends VerifiedToken {
  /** Milliseconds since the epoch; never after the token's own `exp`. */
  until: number
}

function trust(
  issuers: readonly IssuerOptions[],
  options: Parameters<typeof openKeys>[1],
): ReadonlyMap<string, TrustedIssuer> {
  const trusted = new Map<string, TrustedIssuer>()
  for (const { issuer, jwks, tenants, gateway = false } of issuers) {
    if (trusted.has(issuer)) throw new TypeError(`The issuer "${issuer}" is listed twice`)
    trusted.set(issuer, {
      keys: openKeys(jwks, options),
      isGateway: gateway,
      tenants: tenants && new Set(tenants),
    })
  }
  return trusted
}

function describe(
  resource: string,
  issuers: readonly IssuerOptions[],
  scopes: readonly string[],
): ProtectedResourceMetadata {
  const servers = issuers.filter((one) => one.authorizationServer ?? !one.gateway).map((one) => one.issuer)
  return {
    resource,
    ...(servers.length > 0 && { authorization_servers: servers }),
    scopes_supported: [...scopes],
    bearer_methods_supported: ['header'],
  }
}
