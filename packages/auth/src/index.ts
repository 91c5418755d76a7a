export { type ApiKeyRecord, createApiKey } from './api-key.ts'
export { InvalidTokenError, MissingTokenError } from './auth-errors.ts'
export {
  type Authenticator,
  type AuthOptions,
  createAuthenticator,
  type IssuerOptions,
} from './authenticator.ts'
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
export {
  type SignedAssertionOptions,
  type SignedAssertions,
  signedAssertions,
} from './outbound/signed-assertions.ts'
export type { OutboundToken, OutboundTokenRequest, OutboundTokenSource } from './outbound/token-source.ts'
export type { Principal } from './principal.ts'
export { canonicalResource, type ProtectedResourceMetadata, wellKnownPath } from './resource-metadata.ts'
export { missingScopes, requireScopes } from './scopes.ts'
export { signingKeysFile } from './signing/key-file.ts'
export { readSigningKeys, type SigningKeys } from './signing/signing-keys.ts'
export type { StaticToken } from './static-tokens.ts'
