import { UnauthorizedError, UnavailableError } from '@atoll/errors'
import { expect, test } from 'vitest'
import { signIn } from '../../src/index.ts'
import { type WebRequest, webServer } from '../outbound/web-server.ts'

const REDIRECT = 'http://127.0.0.1:3000/console/callback'
const RESOURCE = 'http://127.0.0.1:3000/mcp'

interface Script {
  /** Changes its metadata; `undefined` takes a member away. */
  readonly metadata?: Record<string, unknown>
  /** What the token endpoint answers, and with which status. */
  readonly token?: (request: WebRequest) => { status?: number; body: object }
}

const GOOD = { body: { access_token: 'issued', token_type: 'Bearer' } }

/** An authorization server as the test has it, and somebody who signs in there. */
async function provider({ metadata = {}, token = () => GOOD }: Script = {}, secret?: string) {
  const server = await webServer((request, response) => {
    const issuer = server.origin
    if (request.url.startsWith('/.well-known/'))
      return {
        ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
        ...metadata,
      }
    const { status = 200, body } = token(request)
    response.statusCode = status
    return body
  })
  const way = signIn({
    issuer: server.origin,
    client: { id: 'console', secret },
    redirectUri: REDIRECT,
    resource: RESOURCE,
  })
  const comeBack = (state: string, more: Record<string, string> = {}) =>
    new URL(`${REDIRECT}?${new URLSearchParams({ code: 'a-code', state, ...more })}`)
  return { ...server, ...way, comeBack }
}

test('a code is exchanged with the verifier that only this side knows, for the resource alone', async () => {
  const { begin, finish, comeBack, requests } = await provider()
  const { url, trip } = await begin(['gateway:console', 'hr:read'])
  const query = new URL(url).searchParams
  expect(query.get('scope')).toBe('gateway:console hr:read')
  expect(url).not.toContain(trip.verifier)
  expect(await finish(comeBack(trip.state), trip)).toBe('issued')
  const { form, headers } = requests.at(-1) ?? {}
  expect(form).toEqual({
    ...{ grant_type: 'authorization_code', code: 'a-code', redirect_uri: REDIRECT },
    ...{ client_id: 'console', code_verifier: trip.verifier, resource: RESOURCE },
  })
  expect(headers).not.toHaveProperty('authorization')
})

test('a client with a secret says it to the token endpoint, and in no address', async () => {
  const { begin, finish, comeBack, requests } = await provider({}, 'a secret')
  const { url, trip } = await begin([])
  await finish(comeBack(trip.state), trip)
  expect(requests.at(-1)?.headers.authorization).toMatch(/^Basic /)
  expect([url, ...requests.map((request) => request.url)].join(' ')).not.toContain('secret')
})

test.each([
  ['without a state', (url: URL) => url.searchParams.delete('state')],
  ['with a state of another trip', (url: URL) => url.searchParams.set('state', 'another')],
  ['without a code', (url: URL) => url.searchParams.delete('code')],
  ['with an error', (url: URL) => url.searchParams.set('error', 'access_denied')],
  ['of another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
])('an answer %s is refused before anything is exchanged', async (_, change) => {
  const { begin, finish, comeBack, requests } = await provider()
  const { trip } = await begin([])
  const callback = comeBack(trip.state)
  change(callback)
  await expect(finish(callback, trip)).rejects.toThrow(UnauthorizedError)
  expect(requests.filter(({ url }) => url === '/token')).toEqual([])
})

test('an answer that does not name its issuer is refused where the server says that its answers do', async () => {
  const { begin, finish, comeBack } = await provider({
    metadata: { authorization_response_iss_parameter_supported: true },
  })
  const { trip } = await begin([])
  await expect(finish(comeBack(trip.state), trip)).rejects.toThrow(UnauthorizedError)
})

test.each([
  ['a code it does not know', { status: 400, body: { error: 'invalid_grant' } }],
  ['a token of a kind that is not asked for', { body: { access_token: 'issued', token_type: 'DPoP' } }],
  ['no token', { body: { token_type: 'Bearer' } }],
])('a token endpoint that answers with %s lets nobody in', async (_, said) => {
  const { begin, finish, comeBack } = await provider({ token: () => said })
  const { trip } = await begin([])
  await expect(finish(comeBack(trip.state), trip)).rejects.toThrow(UnauthorizedError)
})

test.each([
  ['is of another issuer than was asked', { issuer: 'https://evil.example' }],
  ['names no place for people to go', { authorization_endpoint: undefined }],
])('a server whose metadata %s cannot be signed in at', async (_, metadata) => {
  const { begin } = await provider({ metadata })
  await expect(begin([])).rejects.toThrow(UnavailableError)
})
