import type { Principal } from '../principal.ts'
import { unusable } from './issued-token.ts'
import type { TokenAnswer } from './token-answer.ts'

export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'
export const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt'

/**
 * Holds what came of an exchange against what was asked for: an access token (RFC 8693 section 2.2.1). Throws UnavailableError.
 * Some providers do not say; what was asked for counts then.
 */
export function checkIssuedType({ issuedType = ACCESS_TOKEN_TYPE }: TokenAnswer, issuer: string): void {
  if (issuedType === ACCESS_TOKEN_TYPE || issuedType === JWT_TYPE) return
  throw unusable(`${issuer} gave a ${issuedType}, not an access token`)
}

/**
 * Holds a token, as far as it can be read, against whose it has to be: the caller's, never that of whoever asked. Only an issuer
 * other than the caller's may call them by another name. Throws UnavailableError.
 */
export function checkSubject({ claims = {} }: TokenAnswer, principal: Principal, issuer: string): void {
  const { iss = principal.issuer, sub = principal.subject, tenant = principal.tenant } = claims
  const isCallers = sub === principal.subject && tenant === principal.tenant
  // RFC 9068 section 2.2: where nobody else is concerned, `sub` is the client.
  const isClients = sub === (claims.client_id ?? claims.azp)
  if (isCallers || (iss !== principal.issuer && !isClients)) return
  throw unusable(`${issuer} gave a token of somebody else`)
}
