import { UnavailableError } from '@atoll/errors'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { tokenEndpoint } from '../../src/index.ts'
import { TokenRefusedError } from '../../src/outbound/token-failure.ts'
import { signingKeysFile } from '../../src/signing/key-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type WebRequest, webServer } from './web-server.ts'

const TOKEN = { access_token: 't', token_type: 'Bearer', expires_in: 60 }
const GRANT = 'urn:example:grant'
const client = { clientId: 'gateway', proof: 'the secret' }

describe('the endpoint', () => {
  test('is found in the metadata of RFC 8414, which is read once', async () => {
    const { requests, origin } = await webServer(({ url }) =>
      url === '/.well-known/oauth-authorization-server/tenant'
        ? { issuer: `${origin}/tenant`, token_endpoint: `${origin}/t` }
        : TOKEN,
    )
    const endpoint = tokenEndpoint({ ...client, issuer: `${origin}/tenant` })
    await Promise.all([endpoint.ask(GRANT, {}), endpoint.ask(GRANT, {})])
    await endpoint.ask(GRANT, {})
    expect(requests.map(({ url }) => url)).toEqual([
      '/.well-known/oauth-authorization-server/tenant',
      ...['/t', '/t', '/t'],
    ])
  })

  test('is found in the metadata of OpenID Connect where there is no other', async () => {
    const { origin } = await webServer(({ url }, response) => {
      if (url.startsWith('/.well-known')) return void response.writeHead(404).end()
      return url === '/tenant/.well-known/openid-configuration'
        ? { issuer: `${origin}/tenant`, token_endpoint: `${origin}/t` }
        : TOKEN
    })
    const endpoint = tokenEndpoint({ ...client, issuer: `${origin}/tenant` })
    expect(await endpoint.ask(GRANT, {})).toMatchObject({ token: 't' })
  })

  test('is not taken from the metadata of another issuer', async () => {
    const { requests, origin } = await webServer(() => ({
      issuer: 'https://evil.example',
      token_endpoint: `${origin}/t`,
    }))
    const asking = tokenEndpoint({ ...client, issuer: origin }).ask(GRANT, {})
    await expect(asking).rejects.toThrow(UnavailableError)
    expect(requests.map(({ method }) => method)).toEqual(['GET'])
  })

  test('needs no metadata where it is given', async () => {
    const { requests, origin } = await webServer(() => TOKEN)
    await tokenEndpoint({ ...client, issuer: 'https://id.example', url: `${origin}/t` }).ask(GRANT, {})
    expect(requests.map(({ url }) => url)).toEqual(['/t'])
  })

  test('that redirects is not followed, so that nothing it was sent goes elsewhere', async () => {
    const elsewhere = await webServer(() => TOKEN)
    const { origin } = await webServer((_, response) => {
      response.writeHead(307, { location: elsewhere.origin }).end()
    })
    const asking = tokenEndpoint({ ...client, url: origin }).ask(GRANT, {})
    await expect(asking).rejects.toThrow(UnavailableError)
    expect(elsewhere.requests).toEqual([])
  })
})

describe('a client', () => {
  test('proves itself with its key, to this issuer, for a minute or so (RFC 7523)', async () => {
    const keys = signingKeysFile(`${temporaryFolder()}/key.json`)
    const { requests, origin } = await webServer(() => TOKEN)
    const options = { clientId: 'gateway', proof: keys, issuer: 'https://id.example' }
    await tokenEndpoint({ ...options, url: `${origin}/t` }).ask(GRANT, { scope: 'a b' })
    const { form, headers } = requests[0] as WebRequest
    expect(headers.authorization).toBeUndefined()
    expect(form).toMatchObject({
      grant_type: GRANT,
      scope: 'a b',
      client_id: 'gateway',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
    const { payload, protectedHeader } = await jwtVerify(
      String(form.client_assertion),
      createLocalJWKSet(keys.jwks),
      { issuer: 'gateway', subject: 'gateway', audience: 'https://id.example' },
    )
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: keys.kid })
    expect(payload.jti).toEqual(expect.any(String))
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(60)
  })

  test('that is told to slow down says for how long', async () => {
    const { origin } = await webServer((_, response) => {
      response.writeHead(429, { 'retry-after': '17', 'content-type': 'application/json' })
      response.end('{"error":"slow_down"}')
    })
    const asking = tokenEndpoint({ ...client, url: origin }).ask(GRANT, {})
    await expect(asking).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 17 })
  })

  test('that is refused learns why', async () => {
    const { origin } = await webServer((_, response) => {
      response.statusCode = 400
      return { error: 'invalid_grant', error_description: 'revoked' }
    })
    const asking = tokenEndpoint({ ...client, url: origin }).ask(GRANT, {})
    await expect(asking).rejects.toThrow(TokenRefusedError)
    await expect(asking).rejects.toMatchObject({ code: 'invalid_grant', message: /revoked/ })
  })
})

describe('what is handed out', () => {
  test('ends when the answer or the token itself says, whichever is earlier', async () => {
    const jwt = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`
    const answers = [
      { ...TOKEN, access_token: jwt(1_000_030) },
      { ...TOKEN, access_token: jwt(1_000_090) },
      { access_token: 'opaque', token_type: 'Bearer' },
    ]
    const { origin } = await webServer(() => answers.shift())
    const endpoint = tokenEndpoint({ ...client, url: origin, clock: () => 1_000_000_000 })
    const ends = [await endpoint.ask(GRANT, {}), await endpoint.ask(GRANT, {}), await endpoint.ask(GRANT, {})]
    expect(ends.map(({ expiresAt }) => expiresAt)).toEqual([1_000_030, 1_000_060, 1_000_060])
  })

  test.each([
    ['no JSON', (body: string) => body.slice(1)],
    ['more than such answers are', (body: string) => body.replace('"t"', `"${'t'.repeat(300_000)}"`)],
    ['a token of another kind', (body: string) => body.replace('Bearer', 'mac')],
    ['a token that is bound to a key', (body: string) => body.replace('Bearer', 'DPoP')],
    ['a token that is none to be sent', (body: string) => body.replace('Bearer', 'N_A')],
    ['a token that no header can carry', (body: string) => body.replace('"t"', '"tö\\nk"')],
    ['a token that no server would read', (body: string) => body.replace('"t"', `"${'t'.repeat(8193)}"`)],
  ])('is not taken when it is %s, and no error holds it', async (_, spoil) => {
    const { origin } = await webServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(spoil(JSON.stringify({ ...TOKEN, secret: 'hunter2' })))
    })
    const error = await tokenEndpoint({ ...client, url: origin })
      .ask(GRANT, {})
      .catch((thrown) => thrown)
    expect(error).toBeInstanceOf(UnavailableError)
    for (let each = error; each; each = each.cause) {
      expect(each).toBeInstanceOf(Error)
      expect(JSON.stringify({ ...each, message: each.message, cause: undefined })).not.toContain('hunter2')
    }
  })
})
