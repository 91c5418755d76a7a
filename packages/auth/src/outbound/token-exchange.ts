import { ForbiddenError, UnauthorizedError } from '@atoll/errors'
import type { DelegatedToken } from './delegated-tokens.ts'
import { ACCESS_TOKEN_TYPE, checkIssuedType } from './exchanged-token.ts'
import { tokenEndpoint } from './token-endpoint.ts'
import { TokenRefusedError } from './token-failure.ts'

export interface ExchangeRequest {
  /** The token that the caller came with. */
  subjectToken: string
  /** As many of these as the caller may delegate; all of them unless given. */
  scopes?: readonly string[]
  signal?: AbortSignal
}

/** Where a server gets tokens to act for its callers elsewhere: a gateway, or the company's identity provider. */
export interface TokenExchange {
  /**
   * Rejects with UnauthorizedError when the caller's token is not accepted, ForbiddenError when it allows no
   * delegation or this client is not known, UnavailableError when nobody answers.
   */
  exchange(request: ExchangeRequest): Promise<DelegatedToken>
}

export interface TokenExchangeOptions {
  /** The token endpoint. */
  url: string
  clientId: string
  clientSecret: string
  /** What the token is for (RFC 8707); the endpoint decides unless given. */
  resource?: string | undefined
  /** Milliseconds. */
  timeout?: number
}

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** RFC 8693 at a token endpoint, with the client's secret in the Authorization header (RFC 6749 section 2.3.1). */
export function tokenExchange(options: TokenExchangeOptions): TokenExchange {
  const { url, clientId, clientSecret, resource, timeout } = options
  const endpoint = tokenEndpoint({ url, clientId, proof: clientSecret, timeout })
  return {
    async exchange({ subjectToken, scopes, signal }) {
      const parameters = {
        subject_token: subjectToken,
        subject_token_type: ACCESS_TOKEN_TYPE,
        ...(scopes && { scope: scopes.join(' ') }),
        ...(resource !== undefined && { resource }),
      }
      const answer = await endpoint.ask(TOKEN_EXCHANGE, parameters, signal).catch((error) => {
        throw error instanceof TokenRefusedError ? refused(error) : error
      })
      checkIssuedType(answer, endpoint.issuer)
      const { token, expiresAt } = answer
      // RFC 6749 section 5.1: left out where it is what was asked for.
      return { token, expiresAt, scopes: answer.scopes ?? [...(scopes ?? [])] }
    },
  }
}

function refused(cause: TokenRefusedError): Error {
  if (cause.code === 'invalid_request' || cause.code === 'invalid_grant') {
    return new UnauthorizedError('Your authorization cannot be handed on. Sign in and ask again.', { cause })
  }
  return new ForbiddenError('This server may not act for you at other servers.', { cause })
}
