export { type ApiKeyRecord, createApiKey } from './api-key.ts'
export { InvalidTokenError, MissingTokenError } from './auth-errors.ts'
export {
  type Authenticator,
  type AuthOptions,
  createAuthenticator,
  type IssuerOptions,
} from './authenticator.ts'
export { bearerToken } from './bearer-token.ts'
export {
  type AuthorizationServerMetadata,
  type DevelopmentIssuer,
  type DevelopmentIssuerOptions,
  type DevelopmentToken,
  developmentIssuer,
} from './development-issuer.ts'
export { type AuthEnvironment, parseAuthEnvironment } from './environment.ts'
export type { FixedIdentity } from './fixed-principal.ts'
export { type Lifetime, lifetimeSeconds } from './lifetime.ts'
export { type ActorTokenOptions, actorTokens } from './outbound/actor-tokens.ts'
export { type ClientCredentialsOptions, clientCredentials } from './outbound/client-credentials.ts'
export {
  type DelegatedToken,
  type DelegatedTokenOptions,
  type DelegatedTokenRequest,
  type DelegatedTokens,
  delegatedTokens,
} from './outbound/delegated-tokens.ts'
export { ACCESS_TOKEN_TYPE } from './outbound/exchanged-token.ts'
export { type ExchangedTokenOptions, exchangedTokens } from './outbound/exchanged-tokens.ts'
export {
  type SignedAssertionOptions,
  type SignedAssertions,
  signedAssertions,
} from './outbound/signed-assertions.ts'
export type { Target } from './outbound/target.ts'
export { type TokenEndpoint, type TokenEndpointOptions, tokenEndpoint } from './outbound/token-endpoint.ts'
export {
  type ExchangeRequest,
  TOKEN_EXCHANGE,
  type TokenExchange,
  type TokenExchangeOptions,
  tokenExchange,
} from './outbound/token-exchange.ts'
export type {
  OutboundToken,
  OutboundTokenRequest,
  OutboundTokenSource,
  OwnTokenRequest,
  OwnTokenSource,
} from './outbound/token-source.ts'
export type { Principal } from './principal.ts'
export { canonicalResource, type ProtectedResourceMetadata, wellKnownPath } from './resource-metadata.ts'
export { missingScopes, requireScopes, splitScopes } from './scopes.ts'
export { type SignIn, type SignInOptions, type SignInTrip, signIn } from './sign-in/authorization-code.ts'
export { signingKeysFile } from './signing/key-file.ts'
export { readSigningKeys, type SigningKeys } from './signing/signing-keys.ts'
export type { StaticToken } from './static-tokens.ts'
