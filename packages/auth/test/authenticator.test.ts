import { describe, expect, test } from 'vitest'
import { createAuthenticator, InvalidTokenError, MissingTokenError } from '../src/index.ts'
import { subjectTokenOf } from '../src/outbound/subject-tokens.ts'
import { keyFile, testAuthenticator } from './test-authenticator.ts'
import { keySet, NOW, RESOURCE, SECONDS, signed, testKey } from './test-issuer.ts'

const key = await testKey('k1')
const open = (options = {}) => testAuthenticator(keyFile(keySet(key)).url, options)

test('turns a good token into a principal', async () => {
  const token = await signed(key, { act: { sub: 'gateway', act: { sub: 'before' } } })
  expect(await open().bearer(token)).toEqual({
    subject: 'alice',
    tenant: 'acme',
    scopes: new Set(['orders:read', 'orders:write']),
    roles: new Set(['support']),
    clientId: 'cursor',
    issuer: 'https://idp.example',
    expiresAt: SECONDS + 600,
    actor: 'gateway',
  })
})

test('fills in what a token may leave out, and takes azp for a client id', async () => {
  const { bearer } = open()
  const bare = { scope: undefined, roles: undefined, client_id: undefined }
  expect(await bearer(await signed(key, bare))).toMatchObject({
    scopes: new Set(),
    roles: new Set(),
    clientId: 'unknown',
  })
  expect(await bearer(await signed(key, { ...bare, azp: 'spa' }))).toMatchObject({ clientId: 'spa' })
})

test('answers at once for a token it has verified', async () => {
  const { bearer } = open()
  const token = await signed(key)
  const first = bearer(token)
  expect(first).toBeInstanceOf(Promise)
  const principal = await first
  expect(bearer(token)).toBe(principal)
})

test('verifies a token once for callers that come together', async () => {
  const { bearer } = open()
  const token = await signed(key)
  const [first, second] = [bearer(token), bearer(token)]
  expect(second).toBe(first)
  expect(await first).toBe(await second)
})

test('takes the scheme in any case and with any spaces', async () => {
  const { authenticate } = open()
  const token = await signed(key)
  const principal = await authenticate(`bearer   ${token}`)
  expect(authenticate(`BEARER ${token}`)).toBe(principal)
})

test('asks who has no bearer token to sign in', () => {
  const { authenticate } = open()
  for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'DPoP abc', 'Bearerx abc']) {
    expect(() => authenticate(header)).toThrow(MissingTokenError)
  }
})

test('remembers a token no longer than it lives', async () => {
  const { bearer, time } = open()
  const token = await signed(key, { exp: SECONDS + 60 })
  const principal = await bearer(token)
  time.now = NOW + 59_999
  expect(bearer(token)).toBe(principal)
  time.now = NOW + 60_000
  await expect(bearer(token)).rejects.toThrow('The token has expired')
})

test('verifies even a long-lived token again after five minutes', async () => {
  const { bearer, time } = open()
  const token = await signed(key, { exp: SECONDS + 86_400 })
  await bearer(token)
  time.now = NOW + 299_999
  expect(bearer(token)).not.toBeInstanceOf(Promise)
  time.now = NOW + 300_000
  expect(bearer(token)).toBeInstanceOf(Promise)
  expect(await bearer(token)).toMatchObject({ subject: 'alice' })
})

test('remembers a bounded number of tokens, those used last', async () => {
  const { bearer } = open({ maxCachedTokens: 2 })
  const [a, b, c] = [
    await signed(key, { sub: 'a' }),
    await signed(key, { sub: 'b' }),
    await signed(key, { sub: 'c' }),
  ]
  await bearer(a)
  await bearer(b)
  await bearer(a)
  await bearer(c)
  expect(bearer(a)).not.toBeInstanceOf(Promise)
  expect(bearer(c)).not.toBeInstanceOf(Promise)
  const forgotten = bearer(b)
  expect(forgotten).toBeInstanceOf(Promise)
  expect(await forgotten).toMatchObject({ subject: 'b' })
})

test('does not remember refusals', async () => {
  const { bearer, time } = open()
  const token = await signed(key, { nbf: SECONDS + 60 })
  await expect(bearer(token)).rejects.toThrow('not valid yet')
  time.now = NOW + 60_000
  expect(await bearer(token)).toMatchObject({ subject: 'alice' })
})

test('keeps an issuer to its own tenants', async () => {
  const { url } = keyFile(keySet(key))
  const { bearer } = testAuthenticator(url, {
    issuers: [{ issuer: 'https://idp.example', jwks: url, tenants: ['acme'] }],
  })
  expect(await bearer(await signed(key))).toMatchObject({ tenant: 'acme' })
  await expect(bearer(await signed(key, { tenant: 'globex' }))).rejects.toThrow(InvalidTokenError)
})

describe('whose subject a token names (RFC 9493)', () => {
  const PARTNER = { format: 'iss_sub', iss: 'https://partner.example', sub: 'alice' }
  const read = async (gateway: boolean, sub_id: unknown) => {
    const { url } = keyFile(keySet(key))
    const issuers = [{ issuer: 'https://idp.example', jwks: url, gateway }]
    return testAuthenticator(url, { issuers }).bearer(await signed(key, { sub_id }))
  }

  test('is believed of a gateway', async () => {
    expect(await read(true, PARTNER)).toMatchObject({
      ...{ subject: 'alice', issuer: 'https://partner.example', gateway: 'https://idp.example' },
    })
  })

  test.each([
    ['an issuer that is none', false, PARTNER],
    ['a gateway that names its own', true, { ...PARTNER, iss: 'https://idp.example' }],
    ['a gateway that says it otherwise', true, { format: 'email', email: 'alice@partner.example' }],
    ['a gateway that names no issuer', true, { ...PARTNER, iss: '' }],
    ['a gateway that writes nonsense', true, 'alice'],
  ])('is that of the token’s issuer: %s', async (_, gateway, subId) => {
    const principal = await read(gateway, subId)
    expect(principal).toMatchObject({ issuer: 'https://idp.example' })
    expect(principal).not.toHaveProperty('gateway')
  })

  test('cannot be two', async () => {
    await expect(read(true, { ...PARTNER, sub: 'bob' })).rejects.toThrow('names two subjects')
  })
})

test('tells clients where to get tokens', () => {
  const issuers = [
    { issuer: 'https://idp.example', jwks: 'https://idp.example/jwks' },
    { issuer: 'https://old.example', jwks: 'https://old.example/jwks', authorizationServer: false },
    { issuer: 'https://gateway.example', jwks: 'https://gateway.example/jwks', gateway: true },
  ]
  const { metadata, metadataPath, metadataUrl } = open({ issuers, resource: 'HTTP://Example.COM:80/a/mcp' })
  expect(metadata).toEqual({
    resource: 'http://example.com/a/mcp',
    authorization_servers: ['https://idp.example'],
    scopes_supported: ['orders:read', 'orders:write'],
    bearer_methods_supported: ['header'],
  })
  expect(metadataPath).toBe('/.well-known/oauth-protected-resource/a/mcp')
  expect(metadataUrl).toBe('http://example.com/.well-known/oauth-protected-resource/a/mcp')
})

test('names no authorization server where there is none', () => {
  expect(open({ issuers: [] }).metadata).not.toHaveProperty('authorization_servers')
})

test('has its metadata at the root when the resource is an origin', () => {
  const { metadata, metadataPath } = open({ resource: 'https://mcp.example/' })
  expect(metadata.resource).toBe('https://mcp.example')
  expect(metadataPath).toBe('/.well-known/oauth-protected-resource')
})

test('does not start with options that contradict themselves', () => {
  const issuer = { issuer: 'https://idp.example', jwks: 'https://idp.example/jwks' }
  const make = (options: object) => () =>
    createAuthenticator({ resource: RESOURCE, issuers: [issuer], scopesSupported: [], ...options })
  expect(make({ issuers: [issuer, issuer] })).toThrow('listed twice')
  for (const jwks of [
    'http://idp.example/jwks',
    'ftp://idp.example/jwks',
    'http://127.0.0.1.evil.example/',
    'jwks',
  ]) {
    expect(make({ issuers: [{ ...issuer, jwks }] })).toThrow('no place for keys')
  }
  for (const resource of [
    'https://a.example/#x',
    'https://a.example/?x',
    'https://u:p@a.example/',
    'urn:x',
  ]) {
    expect(make({ resource })).toThrow(TypeError)
  }
})

test('says when it is ready to verify tokens', async () => {
  await expect(open().probe()).resolves.toBeUndefined()
  const { probe } = testAuthenticator('file:///does/not/exist.json')
  await expect(probe()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('keeps the tokens of those issuers alone that it is told of, and never keys or static tokens', async () => {
  const staticTokens = [{ token: 'static', subject: 'ci', tenant: 'acme', scopes: [] }]
  const token = await signed(key)
  const kept = async (exchangeable: string[], given = token) => {
    const { bearer } = open({ exchangeable: new Set(exchangeable), staticTokens })
    return subjectTokenOf(await bearer(given))?.token
  }
  expect(await kept(['https://idp.example'])).toBe(token)
  expect(await kept(['https://other.example'])).toBeUndefined()
  expect(await kept(['https://idp.example', 'urn:atoll:static-token'], 'static')).toBeUndefined()
  expect(subjectTokenOf(await open().bearer(token))).toBeUndefined()
})
