import { statSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect, test } from 'vitest'
import { InvalidTokenError, type Principal, signedAssertions, signingKeysFile } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { keyFile, testAuthenticator } from '../test-authenticator.ts'
import { NOW, RESOURCE, SECONDS } from '../test-issuer.ts'

const issuer = 'http://127.0.0.1:3000'
const alice: Principal = {
  subject: 'alice',
  tenant: 'acme',
  scopes: new Set(['orders:read', 'orders:write', 'hr:read']),
  roles: new Set(['support']),
  clientId: 'cursor',
  issuer: 'https://idp.example',
  expiresAt: SECONDS + 3600,
}
const needed = { audience: RESOURCE, scopes: ['orders:read', 'orders:support'] }

function open(options = {}) {
  const time = { now: NOW }
  const key = signingKeysFile(join(temporaryFolder(), 'gateway-key.json'))
  const source = signedAssertions({ issuer, key, actor: 'gateway', clock: () => time.now, ...options })
  const token = async (principal: Principal, request = {}) =>
    source.token({ principal, ...needed, ...request })
  return { ...source, time, mint: token, key }
}

test('signs for one server, for the user, by the gateway, with no more scopes than granted and needed', async () => {
  const { mint, jwks } = open()
  const { token, expiresAt } = await mint(alice)
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
  expect(decodeJwt(token)).toEqual({
    jti: expect.any(String),
    iss: issuer,
    sub: 'alice',
    sub_id: { format: 'iss_sub', iss: 'https://idp.example', sub: 'alice' },
    aud: RESOURCE,
    iat: SECONDS,
    exp: SECONDS + 300,
    tenant: 'acme',
    scope: 'orders:read',
    roles: ['support'],
    client_id: 'cursor',
    act: { sub: 'gateway' },
  })
  expect(expiresAt).toBe(SECONDS + 300)

  const issuers = [{ issuer, jwks: keyFile(jwks).url, gateway: true }]
  expect(await testAuthenticator('', { issuers }).bearer(token)).toMatchObject({
    subject: 'alice',
    issuer: 'https://idp.example',
    gateway: issuer,
    actor: 'gateway',
    scopes: new Set(['orders:read']),
  })
  const elsewhere = testAuthenticator('', { issuers, resource: 'http://127.0.0.1:3004/mcp' })
  await expect(elsewhere.bearer(token)).rejects.toThrow('for somebody else')
})

test('keeps the chain of those who act', async () => {
  const { token } = await open().mint({ ...alice, actor: 'desktop' })
  expect(decodeJwt(token).act).toEqual({ sub: 'gateway', act: { sub: 'desktop' } })
})

test('never lives longer than the token it stands for, nor than five minutes', async () => {
  const { mint } = open()
  expect((await mint({ ...alice, expiresAt: SECONDS + 60.9 })).expiresAt).toBe(SECONDS + 60)
  expect((await mint({ ...alice, subject: 'ci', expiresAt: Number.POSITIVE_INFINITY })).expiresAt).toBe(
    SECONDS + 300,
  )
  await expect(mint({ ...alice, expiresAt: SECONDS })).rejects.toThrow(InvalidTokenError)
  expect(() => open({ ttl: '301s' })).toThrow('at most 300 s')
  expect(() => open({ ttl: '6m' })).toThrow('at most 300 s')
})

test('answers at once with what it signed before', async () => {
  const source = open()
  const first = await source.mint(alice)
  const again = {
    principal: { ...alice },
    audience: RESOURCE,
    scopes: ['orders:support', 'orders:read', 'orders:read'],
  }
  expect(source.token(again)).toBe(first)
})

test('signs once for callers that come together', () => {
  const source = open()
  const request = { principal: alice, ...needed }
  expect(source.token(request)).toBe(source.token(request))
})

test('shares nothing between callers that differ in anything', async () => {
  const { mint } = open()
  const { token } = await mint(alice)
  const others = [
    mint({ ...alice, issuer: 'https://other.example' }),
    mint({ ...alice, subject: 'bob' }),
    mint({ ...alice, clientId: 'other' }),
    mint({ ...alice, tenant: 'globex' }),
    mint({ ...alice, roles: new Set() }),
    mint({ ...alice, actor: 'desktop' }),
    mint({ ...alice, scopes: new Set(['hr:read']) }),
    mint({ ...alice, scopes: new Set(['orders:read', 'orders:support']) }),
    mint(alice, { audience: 'http://127.0.0.1:3004/mcp' }),
    mint(alice, { scopes: ['orders:write'] }),
    mint({ ...alice, subject: 'alice","cursor', clientId: '' }),
  ]
  const tokens = (await Promise.all(others)).map((other) => other.token)
  expect(new Set([token, ...tokens]).size).toBe(others.length + 1)
  expect(await mint(alice)).toMatchObject({ token })
})

test('does not serve a token beyond the life of the one at hand, whoever it was signed for', async () => {
  const { mint } = open()
  const long = await mint(alice)
  const short = await mint({ ...alice, expiresAt: SECONDS + 10 })
  expect(short.expiresAt).toBe(SECONDS + 10)
  expect(short.token).not.toBe(long.token)
})

test('does not let callers of different lifetimes wait for the same token', async () => {
  const { mint } = open()
  const [long, short] = await Promise.all([mint(alice), mint({ ...alice, expiresAt: SECONDS + 10 })])
  expect([long.expiresAt, short.expiresAt]).toEqual([SECONDS + 300, SECONDS + 10])
})

test('replaces a token shortly before its end, but not over and over where no later end is to be had', async () => {
  const { mint, time } = open()
  const first = await mint(alice)
  time.now += 269_000
  expect(await mint(alice)).toBe(first)
  time.now += 1000
  const second = await mint(alice)
  expect(second.expiresAt).toBe(SECONDS + 570)

  const ending = { ...alice, subject: 'bob', expiresAt: SECONDS + 290 }
  const last = await mint(ending)
  time.now += 19_000
  expect(await mint(ending)).toBe(last)
  time.now += 1000
  await expect(mint(ending)).rejects.toThrow('expired')
})

test('signs anew when asked to', async () => {
  const { mint } = open()
  const first = await mint(alice)
  const second = await mint(alice, { fresh: true })
  expect(second.token).not.toBe(first.token)
  expect(await mint(alice)).toBe(second)
})

test('remembers a bounded number of tokens', async () => {
  const source = open({ maxCachedTokens: 2 })
  for (const subject of ['a', 'b', 'c']) await source.mint({ ...alice, subject })
  const at = (subject: string) => source.token({ principal: { ...alice, subject }, ...needed })
  expect(at('c')).not.toBeInstanceOf(Promise)
  expect(at('b')).not.toBeInstanceOf(Promise)
  const forgotten = at('a')
  expect(forgotten).toBeInstanceOf(Promise)
  expect(await forgotten).toMatchObject({ expiresAt: SECONDS + 300 })
})

test('signs with a key file that only its owner may read, the same after a restart', () => {
  const path = join(temporaryFolder(), 'keys', 'gateway.json')
  const kids = [signingKeysFile(path).kid, signingKeysFile(path).kid]
  expect(kids[0]).toBe(kids[1])
  expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
})

test('says which scopes of other servers may be used for the user, of those that were granted, and not in the scopes', async () => {
  const { mint } = open()
  const request = { scopes: ['orders:read'], mayDelegate: ['hr:read', 'kb:read'] }
  expect(decodeJwt((await mint(alice, request)).token)).toMatchObject({
    scope: 'orders:read',
    may_delegate: 'hr:read',
  })
  // Another token than for a call that delegates nothing.
  expect(decodeJwt((await mint(alice, { scopes: ['orders:read'] })).token)).not.toHaveProperty('may_delegate')
})

test('lets nobody hand on what they were handed by this very issuer', async () => {
  const { mint } = open()
  const delegated = { ...alice, issuer, actor: 'reports' }
  const { token } = await mint(delegated, { mayDelegate: ['hr:read'] })
  expect(decodeJwt(token)).not.toHaveProperty('may_delegate')
})
