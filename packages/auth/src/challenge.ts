import { InsufficientScopeError, UnauthorizedError } from '@atoll/errors'
import { MissingTokenError } from './auth-errors.ts'
import { SCOPE } from './scopes.ts'

/**
 * Makes the function that answers an error with a `WWW-Authenticate` value: 401 asks for any supported scope,
 * 403 for all the scopes that the operation needs (RFC 6750 section 3, RFC 9728 section 5.1,
 * MCP basic/authorization). Any other error gets the plain invitation to sign in.
 */
export function challenger(metadataUrl: string, scopesSupported: () => readonly string[]) {
  const ask = (scopes: readonly string[]) => ({
    ...(scopes.length > 0 && { scope: scopes.filter((scope) => SCOPE.test(scope)).join(' ') }),
    resource_metadata: metadataUrl,
  })
  return (error: unknown): string => {
    if (error instanceof InsufficientScopeError) {
      const { message, scopes } = error
      return header({ error: 'insufficient_scope', error_description: message, ...ask(scopes) })
    }
    if (error instanceof UnauthorizedError && !(error instanceof MissingTokenError)) {
      const { message } = error
      return header({ error: 'invalid_token', error_description: message, ...ask(scopesSupported()) })
    }
    return header(ask(scopesSupported()))
  }
}

function header(parameters: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}="${quotable(value)}"`)
  return `Bearer ${pairs.join(', ')}`
}

/** The characters RFC 6750 section 3 allows in a description, which are also safe inside quotes. */
function quotable(value: string): string {
  return value.replaceAll('"', "'").replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?')
}
