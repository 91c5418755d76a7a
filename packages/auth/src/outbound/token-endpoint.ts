import { importJWK } from 'jose'
import {
  type AuthorizationServer,
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  customFetch,
  genericTokenEndpointRequest,
  PrivateKeyJwt,
  processGenericTokenEndpointResponse,
} from 'oauth4webapi'
import type { SigningKeys } from '../signing/signing-keys.ts'
import { boundedFetch } from './bounded-fetch.ts'
import { serverMetadata } from './server-metadata.ts'
import { readAnswer, type TokenAnswer } from './token-answer.ts'
import { tokenFailure } from './token-failure.ts'

export interface TokenEndpointOptions {
  /** Of the tokens. Its metadata names the endpoint unless `url` does. */
  issuer?: string | undefined
  url?: string | undefined
  clientId: string
  /** A secret (RFC 6749 section 2.3.1), or keys to sign with (`private_key_jwt`, RFC 7523 section 2.2). */
  proof: string | SigningKeys
  /** Milliseconds of one request; 5000 unless told otherwise. */
  timeout?: number | undefined
  /** Milliseconds since the epoch. */
  clock?: (() => number) | undefined
}

export interface TokenEndpoint {
  /** Who the tokens come from. */
  readonly issuer: string
  /** Rejects with TokenRefusedError, or UnavailableError when nobody answers in time, or nothing that can be used. */
  ask(grant: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<TokenAnswer>
}

/** Opens nothing before it is asked. Throws a TypeError unless there is an issuer or a URL. */
export function tokenEndpoint(options: TokenEndpointOptions): TokenEndpoint {
  const { issuer, url, clientId, proof, timeout = 5000, clock = Date.now } = options
  const named = issuer ?? url
  if (named === undefined) throw new TypeError('A token endpoint needs an issuer or a URL')
  const locate =
    url === undefined
      ? serverMetadata(named, clock)
      : async (): Promise<AuthorizationServer> => ({ issuer: named, token_endpoint: url })
  const client = { client_id: clientId }
  let authentication: Promise<ClientAuth> | undefined

  return {
    issuer: named,
    async ask(grant, parameters, signal) {
      const deadline = AbortSignal.timeout(timeout)
      const askedAt = Math.floor(clock() / 1000)
      let wait: number | undefined
      try {
        authentication ??= authenticating(proof)
        const server = await locate()
        const response = await genericTokenEndpointRequest(
          server,
          client,
          await authentication,
          grant,
          parameters,
          {
            signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
            // A metadata document must not lead from https to http.
            [allowInsecureRequests]: (url ?? named).startsWith('http:'),
            async [customFetch](to, init) {
              const answer = await boundedFetch(to, init)
              wait = secondsIn(answer.headers.get('retry-after'))
              return answer
            },
          },
        )
        return readAnswer(await processGenericTokenEndpointResponse(server, client, response), askedAt)
      } catch (error) {
        signal?.throwIfAborted()
        throw tokenFailure(error, named, wait)
      }
    },
  }
}

async function authenticating(proof: TokenEndpointOptions['proof']): Promise<ClientAuth> {
  if (typeof proof === 'string') return ClientSecretBasic(proof)
  const key = await importJWK(proof.key.export({ format: 'jwk' }), proof.alg)
  if (key instanceof Uint8Array) throw new TypeError('A client signs with a private key')
  return PrivateKeyJwt({ key, kid: proof.kid })
}

function secondsIn(header: string | null): number | undefined {
  return header !== null && /^\d{1,5}$/.test(header) ? Number(header) : undefined
}
