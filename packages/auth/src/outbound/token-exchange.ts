import { ForbiddenError, UnauthorizedError, UnavailableError } from '@atoll/errors'
import { z } from 'zod'
import { splitScopes } from '../scopes.ts'
import type { DelegatedToken } from './delegated-tokens.ts'

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
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

const Answer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  scope: z.string().optional(),
})
const Refusal = z.object({ error: z.string() })

/** RFC 8693 at a token endpoint, with the client's secret in the Authorization header (RFC 6749 section 2.3.1). */
export function tokenExchange(options: TokenExchangeOptions): TokenExchange {
  const { url, clientId, clientSecret, resource, timeout = 5000 } = options
  const credential = [clientId, clientSecret].map(encodeURIComponent).join(':')
  const authorization = `Basic ${Buffer.from(credential).toString('base64')}`
  return {
    async exchange({ subjectToken, scopes, signal }) {
      const body = new URLSearchParams({
        grant_type: TOKEN_EXCHANGE,
        subject_token: subjectToken,
        subject_token_type: ACCESS_TOKEN_TYPE,
        ...(scopes && { scope: scopes.join(' ') }),
        ...(resource !== undefined && { resource }),
      })
      const deadline = AbortSignal.timeout(timeout)
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization, accept: 'application/json' },
        body,
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      }).catch((cause) => {
        signal?.throwIfAborted()
        throw unavailable(cause)
      })
      const answer: unknown = await response.json().catch(() => undefined)
      if (!response.ok) throw refused(response.status, answer)
      const { data, error } = Answer.safeParse(answer)
      if (!data) throw unavailable(error)
      return {
        token: data.access_token,
        expiresAt: Math.floor(Date.now() / 1000) + data.expires_in,
        // RFC 6749 section 5.1: left out where it is what was asked for.
        scopes: data.scope === undefined ? [...(scopes ?? [])] : splitScopes(data.scope),
      }
    },
  }
}

function refused(status: number, answer: unknown): Error {
  const { data } = Refusal.safeParse(answer)
  const cause = new Error(`The token endpoint answered ${status} ${data?.error ?? ''}`)
  if (status === 429 || status >= 500 || !data) return unavailable(cause)
  if (data.error === 'invalid_request' || data.error === 'invalid_grant') {
    return new UnauthorizedError('Your authorization cannot be handed on. Sign in and ask again.', { cause })
  }
  return new ForbiddenError('This server may not act for you at other servers.', { cause })
}

function unavailable(cause: unknown): UnavailableError {
  return new UnavailableError('Whoever hands out authorizations cannot be reached at the moment.', {
    cause,
    retryAfter: 5,
  })
}
