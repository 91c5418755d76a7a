import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import {
  createAuthenticator,
  delegatedTokens,
  InvalidTokenError,
  type Principal,
  signingKeysFile,
} from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { NOW, SECONDS } from '../test-issuer.ts'

const issuer = 'http://127.0.0.1:3000'
const audience = 'http://127.0.0.1:3000/mcp'
const alice: Principal = {
  subject: 'alice',
  tenant: 'acme',
  scopes: new Set(['reports:write']),
  roles: new Set(['finance']),
  clientId: 'cursor',
  issuer,
  expiresAt: SECONDS + 60,
  actor: 'gateway',
  mayDelegate: new Set(['orders:read', 'hr:read']),
}

function open(ttl: `${number}${'m' | 'h'}` = '15m') {
  const key = signingKeysFile(join(temporaryFolder(), 'key.json'))
  const tokens = delegatedTokens({ issuer, audience, key, ttl, clock: () => NOW })
  return {
    key,
    mint: (scopes?: string[], principal = alice) => tokens.token({ principal, client: 'reports', scopes }),
  }
}

test('are for the gateway, of the user, by the client that the gateway let act, with what may be delegated alone', async () => {
  const { mint, key } = open()
  const { token, expiresAt, scopes } = await mint(['hr:read', 'hr:compensation', 'reports:write'])
  expect(scopes).toEqual(['hr:read'])
  expect(expiresAt).toBe(SECONDS + 900)
  expect(decodeJwt(token)).toEqual({
    jti: expect.any(String),
    iss: issuer,
    sub: 'alice',
    aud: audience,
    iat: SECONDS,
    exp: SECONDS + 900,
    tenant: 'acme',
    scope: 'hr:read',
    roles: ['finance'],
    client_id: 'reports',
    act: { sub: 'reports', act: { sub: 'gateway' } },
  })
  // Keys may be given as they are, for whoever trusts what it signs itself.
  const authenticator = createAuthenticator({
    resource: audience,
    issuers: [{ issuer, jwks: key.jwks }],
    scopesSupported: [],
    clock: () => NOW,
  })
  expect(await authenticator.authenticate(`Bearer ${token}`)).toMatchObject({
    subject: 'alice',
    actor: 'reports',
    clientId: 'reports',
  })
})

test('say who vouches for the user, where that is somebody else', async () => {
  const { mint, key } = open()
  const { token } = await mint(['hr:read'], { ...alice, issuer: 'https://idp.example', gateway: issuer })
  const authenticator = createAuthenticator({
    resource: audience,
    issuers: [{ issuer, jwks: key.jwks, gateway: true }],
    scopesSupported: [],
    clock: () => NOW,
  })
  expect(await authenticator.authenticate(`Bearer ${token}`)).toMatchObject({
    ...{ subject: 'alice', issuer: 'https://idp.example', gateway: issuer },
  })
})

test('carry all that may be delegated where nothing is asked for in particular', async () => {
  expect((await open().mint()).scopes).toEqual(['hr:read', 'orders:read'])
})

test('are not to be had for somebody whose own token has ended, nor for longer than an hour', async () => {
  await expect(open().mint(undefined, { ...alice, expiresAt: SECONDS })).rejects.toThrow(InvalidTokenError)
  expect(() => open('2h')).toThrow('3600 s')
})
