import { ACCESS_TOKEN_TYPE, splitScopes, TOKEN_EXCHANGE } from '@atoll/auth'
import { OAuthError } from './oauth-error.ts'

export interface ClientCredentials {
  readonly id: string
  readonly secret: string
}

export interface ExchangeForm {
  readonly subjectToken: string
  readonly scopes: readonly string[] | undefined
}

const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt'
const TOKEN_TYPES: ReadonlySet<string> = new Set([ACCESS_TOKEN_TYPE, JWT_TYPE])

/** The parameters of a form. Throws OAuthError when one is there twice (RFC 6749 section 3.2). */
export function readForm(body: unknown): ReadonlyMap<string, string> {
  if (typeof body !== 'string') {
    throw new OAuthError('invalid_request', 'Send the parameters as application/x-www-form-urlencoded.')
  }
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name) && name !== 'resource' && name !== 'audience') {
      throw new OAuthError('invalid_request', `The parameter ${name.slice(0, 40)} is there twice.`)
    }
    // Empty counts as absent; of several targets the gateway would have to serve all.
    if (value !== '') form.set(name, form.has(name) ? `${form.get(name)} ${value}` : value)
  }
  return form
}

/** Id and secret from the header or the form (RFC 6749 section 2.3.1). Throws OAuthError unless in exactly one. */
export function readClient(header: string | undefined, form: ReadonlyMap<string, string>): ClientCredentials {
  const inForm = form.get('client_secret')
  if (header !== undefined && inForm !== undefined) {
    throw new OAuthError('invalid_request', 'Send the client secret in the header or the form, not in both.')
  }
  const credentials = header === undefined ? { id: form.get('client_id'), secret: inForm } : basic(header)
  const { id, secret } = credentials
  if (id !== undefined && secret !== undefined) return { id, secret }
  throw new OAuthError('invalid_client', 'Authenticate with the client id and secret that the gateway knows.')
}

/** What is to be exchanged (RFC 8693 section 2.1). Throws OAuthError. */
export function readExchange(form: ReadonlyMap<string, string>, own: string): ExchangeForm {
  if (form.get('grant_type') !== TOKEN_EXCHANGE) {
    throw new OAuthError('unsupported_grant_type', `The grant_type must be ${TOKEN_EXCHANGE}.`)
  }
  const subjectToken = form.get('subject_token')
  if (subjectToken === undefined) throw new OAuthError('invalid_request', 'The subject_token is missing.')
  if (!TOKEN_TYPES.has(form.get('subject_token_type') ?? '')) {
    throw new OAuthError('invalid_request', `The subject_token_type must be ${ACCESS_TOKEN_TYPE}.`)
  }
  const wanted = form.get('requested_token_type')
  if (wanted !== undefined && !TOKEN_TYPES.has(wanted)) {
    throw new OAuthError('invalid_request', `The requested_token_type must be ${ACCESS_TOKEN_TYPE}.`)
  }
  if (form.has('actor_token')) {
    throw new OAuthError('invalid_request', 'The client is the actor: leave actor_token out.')
  }
  for (const target of ['resource', 'audience']) {
    const given = form.get(target)
    if (given !== undefined && given !== own) {
      throw new OAuthError('invalid_target', 'Tokens are only to be had for this gateway.')
    }
  }
  const scope = form.get('scope')
  return { subjectToken, scopes: scope === undefined ? undefined : splitScopes(scope) }
}

function basic(header: string): { id?: string; secret?: string } {
  const [, encoded] = /^basic ([A-Za-z0-9+/=]+)$/i.exec(header) ?? []
  if (encoded === undefined) return {}
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon === -1) return {}
  try {
    return { id: decoded(text.slice(0, colon)), secret: decoded(text.slice(colon + 1)) }
  } catch {
    return {}
  }
}

/** Both halves are encoded like a form before they are joined (RFC 6749 section 2.3.1). */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
