import { InvalidTokenError, MissingTokenError } from './auth-errors.ts'

/** Characters. Node accepts 16 KB of headers in all; an access token of more than 8 is somebody's mistake. */
export const MAX_TOKEN_LENGTH = 8192

/**
 * The token of an `Authorization` header (RFC 6750 section 2.1).
 * Throws MissingTokenError when there is none, InvalidTokenError when it is too long to be looked at.
 */
export function bearerToken(header: string | undefined): string {
  if (header === undefined) throw missing()
  const token = header.startsWith('Bearer ') ? header.slice(7) : unusual(header)
  if (token === '') throw missing()
  if (token.length > MAX_TOKEN_LENGTH) throw new InvalidTokenError('The token is too long.')
  return token
}

function unusual(header: string): string {
  const space = header.indexOf(' ')
  const scheme = space === -1 ? header : header.slice(0, space)
  if (scheme.toLowerCase() !== 'bearer') throw missing()
  return space === -1 ? '' : header.slice(space).trim()
}

function missing(): MissingTokenError {
  return new MissingTokenError('Sign in first: send an access token as "Authorization: Bearer <token>".')
}
