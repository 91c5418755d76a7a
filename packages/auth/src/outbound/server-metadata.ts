import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi'
import { boundedFetch } from './bounded-fetch.ts'

/** Milliseconds for which metadata is not read again. */
const FRESH_FOR = 600_000
/** Milliseconds. */
const TIMEOUT = 5000

/**
 * The metadata of an authorization server (RFC 8414, else OpenID Connect Discovery): read when first asked for, and
 * again in the background as it ages. Rejects when it cannot be read, or is of another issuer.
 */
export function serverMetadata(issuer: string, clock: () => number): () => Promise<AuthorizationServer> {
  let known: AuthorizationServer | undefined
  let readAt = 0
  let reading: Promise<AuthorizationServer> | undefined

  async function read(): Promise<AuthorizationServer> {
    try {
      known = await readMetadata(issuer)
      return known
    } finally {
      readAt = clock()
      reading = undefined
    }
  }

  return async () => {
    if (known && clock() - readAt < FRESH_FOR) return known
    reading ??= read()
    if (!known) return reading
    reading.catch(() => {})
    return known
  }
}

async function readMetadata(issuer: string): Promise<AuthorizationServer> {
  const url = new URL(issuer)
  const signal = AbortSignal.timeout(TIMEOUT)
  const ask = (algorithm: 'oauth2' | 'oidc') =>
    discoveryRequest(url, {
      algorithm,
      signal,
      [customFetch]: boundedFetch,
      [allowInsecureRequests]: url.protocol === 'http:',
    })
  const first = await ask('oauth2')
  return processDiscoveryResponse(url, first.status === 200 ? first : await ask('oidc'))
}
