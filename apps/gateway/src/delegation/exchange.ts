import {
  type Authenticator,
  createAuthenticator,
  type DelegatedToken,
  type DelegatedTokens,
  type IssuerOptions,
  type Principal,
} from '@atoll/auth'
import { UnauthorizedError } from '@atoll/errors'
import { type Client, isSecretOf } from './clients.ts'
import { OAuthError } from './oauth-error.ts'
import type { ClientCredentials, ExchangeForm } from './read-request.ts'

/** Exchanges assertions of the gateway for tokens with which the server they were made for acts for the caller. */
export class Exchange {
  readonly #clients: ReadonlyMap<string, { client: Client; assertions: Authenticator }>
  readonly #tokens: DelegatedTokens

  constructor(clients: readonly Client[], issuer: IssuerOptions, tokens: DelegatedTokens) {
    this.#tokens = tokens
    this.#clients = new Map(
      clients.map((client) => {
        const options = { resource: client.audience, issuers: [issuer], scopesSupported: [] }
        return [client.id, { client, assertions: createAuthenticator(options) }]
      }),
    )
  }

  /** Whether there is such a client. */
  has(client: string): boolean {
    return this.#clients.has(client)
  }

  /** Whether these are a client's credentials. */
  knows({ id, secret }: ClientCredentials): boolean {
    const known = this.#clients.get(id)
    return known !== undefined && isSecretOf(known.client, secret)
  }

  /** A token for a client, which is known by now, to act for its caller. Rejects with OAuthError where it may not. */
  async exchange(
    client: string,
    principal: Principal,
    scopes: ExchangeForm['scopes'],
  ): Promise<DelegatedToken> {
    if (!principal.mayDelegate?.size) {
      throw new OAuthError('invalid_scope', 'The subject_token allows no delegation.')
    }
    const token = await this.#tokens.token({ principal, client, scopes })
    if (token.scopes.length > 0) return token
    throw new OAuthError('invalid_scope', 'None of these scopes may be delegated with this subject_token.')
  }

  close(): void {
    for (const { assertions } of this.#clients.values()) assertions.close()
  }

  /** Whose assertion this is. Rejects with OAuthError for one that is not good, or was made for another client. */
  async subject(client: string, subjectToken: string): Promise<Principal> {
    try {
      const principal = await this.#clients.get(client)?.assertions.authenticate(`Bearer ${subjectToken}`)
      if (principal) return principal
    } catch (cause) {
      if (!(cause instanceof UnauthorizedError)) throw cause
      throw new OAuthError('invalid_request', `The subject_token is not accepted. ${cause.message}`, {
        cause,
      })
    }
    throw new OAuthError('invalid_client', 'The client is not known.')
  }
}
