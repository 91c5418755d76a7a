import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { ForbiddenError, UnauthorizedError, UnavailableError } from '@atoll/errors'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ACCESS_TOKEN_TYPE, TOKEN_EXCHANGE, tokenExchange } from '../../src/index.ts'

let answer: { status: number; body: unknown }
let asked: { headers: IncomingMessage['headers']; form: Record<string, string> }[]
const server = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  asked.push({ headers: request.headers, form: Object.fromEntries(new URLSearchParams(text)) })
  response.writeHead(answer.status, { 'content-type': 'application/json' })
  response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body))
})
let url: string
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}/token`
})
afterAll(() => void server.close())
beforeEach(() => {
  asked = []
  answer = {
    status: 200,
    body: {
      access_token: 't',
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: 60,
      scope: 'a',
    },
  }
})

const exchange = (options = {}) =>
  tokenExchange({ url, clientId: 'reports:1', clientSecret: 'päss', ...options })

test('asks as RFC 8693 says, and says what it got', async () => {
  const resource = 'https://gateway.example/mcp'
  const before = Math.floor(Date.now() / 1000)
  const got = await exchange({ resource }).exchange({ subjectToken: 's', scopes: ['a', 'b'] })
  expect(got).toEqual({ token: 't', expiresAt: expect.any(Number), scopes: ['a'] })
  expect(got.expiresAt - before).toBeGreaterThanOrEqual(60)
  expect(asked).toMatchObject([
    {
      headers: { 'content-type': expect.stringContaining('application/x-www-form-urlencoded') },
      form: {
        grant_type: TOKEN_EXCHANGE,
        subject_token: 's',
        subject_token_type: ACCESS_TOKEN_TYPE,
        scope: 'a b',
        resource,
      },
    },
  ])
  const [, encoded = ''] = String(asked[0]?.headers.authorization).split(' ')
  expect(Buffer.from(encoded, 'base64').toString()).toBe('reports%3A1:p%C3%A4ss')
})

test('takes the scopes that it asked for as granted where the answer names none', async () => {
  answer.body = { access_token: 't', token_type: 'Bearer', expires_in: 60 }
  expect(await exchange().exchange({ subjectToken: 's', scopes: ['a', 'b'] })).toMatchObject({
    scopes: ['a', 'b'],
  })
})

test.each([
  [400, { error: 'invalid_request' }, UnauthorizedError],
  [400, { error: 'invalid_grant' }, UnauthorizedError],
  [400, { error: 'invalid_scope' }, ForbiddenError],
  [401, { error: 'invalid_client' }, ForbiddenError],
  [429, { error: 'temporarily_unavailable' }, UnavailableError],
  [503, 'no JSON', UnavailableError],
  [200, { token: 'where is it' }, UnavailableError],
  [
    200,
    {
      ...{ access_token: 't', token_type: 'Bearer', expires_in: 60 },
      issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
    },
    UnavailableError,
  ],
])('%i %j is an error in words for strangers', async (status, body, kind) => {
  answer = { status, body }
  const asking = exchange().exchange({ subjectToken: 'the secret subject token' })
  await expect(asking).rejects.toThrow(kind)
  await expect(asking).rejects.not.toThrow('secret')
})

test('is unavailable when nobody answers in time, and ends with the call', async () => {
  const nobody = tokenExchange({ url: 'http://127.0.0.1:9/token', clientId: 'a', clientSecret: 'b' })
  await expect(nobody.exchange({ subjectToken: 's' })).rejects.toThrow(UnavailableError)
  const signal = AbortSignal.abort(new Error('gone'))
  await expect(exchange().exchange({ subjectToken: 's', signal })).rejects.toThrow('gone')
})
