import { UnavailableError } from '@atoll/errors'
import { checkIssued } from './issued-token.ts'
import { type Target, targetParameters } from './target.ts'
import { type Obtained, TokenCache } from './token-cache.ts'
import type { TokenEndpoint } from './token-endpoint.ts'
import { TokenRefusedError } from './token-failure.ts'
import type { OwnTokenSource } from './token-source.ts'

export interface ClientCredentialsOptions {
  endpoint: TokenEndpoint
  /** Scopes that let their holder see what servers offer and nothing more; none unless given. */
  scopes?: readonly string[]
  target?: Target | undefined
  /** Milliseconds since the epoch. */
  clock?: () => number
}

/** Servers that one service looks at. */
const MAX_SERVERS = 1000
/** Seconds for which a token is used at most. */
const LONGEST = 300

/** Tokens of the service itself from an identity provider (RFC 6749 section 4.4). */
export function clientCredentials(options: ClientCredentialsOptions): OwnTokenSource {
  const { endpoint, scopes = [], target = 'resource', clock = Date.now } = options
  const cache = new TokenCache({ max: MAX_SERVERS, clock })
  const ask = async (audience: string): Promise<Obtained> => {
    const parameters = {
      ...targetParameters(target, audience),
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    }
    const answer = await endpoint.ask('client_credentials', parameters).catch((cause) => {
      if (!(cause instanceof TokenRefusedError)) throw cause
      const words = 'The identity provider does not let this service see what its servers offer.'
      throw new UnavailableError(words, { cause, retryAfter: 30 })
    })
    checkIssued(answer, { audience, scopes }, endpoint.issuer)
    const expiresAt = Math.min(answer.expiresAt, Math.floor(clock() / 1000) + LONGEST)
    return { token: answer.token, expiresAt, isLast: false }
  }
  return {
    ownToken: ({ audience, fresh = false }) => cache.get(audience, fresh, () => ask(audience)),
  }
}
