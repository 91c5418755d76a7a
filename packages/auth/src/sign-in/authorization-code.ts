import { UnauthorizedError, UnavailableError } from '@atoll/errors'
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type ClientAuth,
  ClientSecretBasic,
  calculatePKCECodeChallenge,
  customFetch,
  generateRandomCodeVerifier,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi'
import { boundedFetch } from '../outbound/bounded-fetch.ts'
import { serverMetadata } from '../outbound/server-metadata.ts'

export interface SignInOptions {
  /** The authorization server, by the `iss` of its tokens. */
  readonly issuer: string
  readonly client: { readonly id: string; readonly secret?: string | undefined }
  /** Where the browser comes back to; registered with the client. */
  readonly redirectUri: string
  /** What the token is to be for (RFC 8707). */
  readonly resource: string
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
}

/** What has to be kept, out of reach of others, between leaving and coming back. */
export interface SignInTrip {
  readonly state: string
  readonly verifier: string
}

export interface SignIn {
  /** Where to send the browser. Rejects with UnavailableError. */
  begin(scopes: readonly string[]): Promise<{ url: string; trip: SignInTrip }>
  /** The access token. Rejects with UnauthorizedError where the server or the trip says no, else UnavailableError. */
  finish(callback: URL, trip: SignInTrip): Promise<string>
}

/** Milliseconds. */
const TIMEOUT = 5000

/** Sign a person in with a browser: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 9207). */
export function signIn({ issuer, client, redirectUri, resource, clock = Date.now }: SignInOptions): SignIn {
  const locate = serverMetadata(issuer, clock)
  const about = { client_id: client.id }
  const proof: ClientAuth = client.secret === undefined ? None() : ClientSecretBasic(client.secret)
  const isInsecure = issuer.startsWith('http:')
  const unavailable = (cause: unknown) =>
    new UnavailableError('The identity provider cannot be reached right now.', { cause, retryAfter: 5 })

  return {
    async begin(scopes) {
      const server = await locate().catch((cause) => {
        throw unavailable(cause)
      })
      if (!server.authorization_endpoint) throw unavailable(new Error('It names no authorization endpoint'))
      const trip = { state: generateRandomState(), verifier: generateRandomCodeVerifier() }
      const url = new URL(server.authorization_endpoint)
      const query = {
        response_type: 'code',
        client_id: client.id,
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        resource,
        state: trip.state,
        code_challenge: await calculatePKCECodeChallenge(trip.verifier),
        code_challenge_method: 'S256',
      }
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      return { url: url.href, trip }
    },
    async finish(callback, { state, verifier }) {
      try {
        const server = await locate()
        const parameters = validateAuthResponse(server, about, callback, state)
        const response = await authorizationCodeGrantRequest(
          server,
          about,
          proof,
          parameters,
          redirectUri,
          verifier,
          {
            additionalParameters: { resource },
            signal: AbortSignal.timeout(TIMEOUT),
            [customFetch]: boundedFetch,
            [allowInsecureRequests]: isInsecure,
          },
        )
        const answer = await processAuthorizationCodeResponse(server, about, response)
        // One that is bound to a key is of no use without it (RFC 9449).
        if (answer.token_type !== 'bearer')
          throw new UnauthorizedError('The identity provider gave a token that cannot be used here.')
        return answer.access_token
      } catch (cause) {
        if (cause instanceof UnauthorizedError) throw cause
        if (cause instanceof AuthorizationResponseError)
          throw new UnauthorizedError('The identity provider did not let you in.', { cause })
        if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('OAUTH_'))
          throw new UnauthorizedError('Signing in did not come to a good end. Try again.', { cause })
        throw unavailable(cause)
      }
    },
  }
}
