import { expect, test } from 'vitest'
import { InvalidTokenError, type StaticToken } from '../src/index.ts'
import { testAuthenticator } from './test-authenticator.ts'

const tokens: StaticToken[] = [
  { token: 'first-token', subject: 'ci', tenant: 'acme', scopes: ['orders:read'], roles: ['robot'] },
  { token: 'second-token', subject: 'cron', tenant: 'globex', scopes: [], clientId: 'scheduler' },
]
const open = () => testAuthenticator('file:///does/not/exist.json', { staticTokens: tokens })

test('knows each static token at once, needing no keys, for as long as it is configured', () => {
  const { bearer, time } = open()
  const ci = {
    subject: 'ci',
    tenant: 'acme',
    scopes: new Set(['orders:read']),
    roles: new Set(['robot']),
    clientId: 'ci',
    issuer: 'urn:atoll:static-token',
    expiresAt: Number.POSITIVE_INFINITY,
  }
  expect(bearer('first-token')).toEqual(ci)
  expect(bearer('second-token')).toMatchObject({ subject: 'cron', tenant: 'globex', clientId: 'scheduler' })
  time.now += 1e12
  expect(bearer('first-token')).toEqual(ci)
})

test('refuses what only resembles a static token', async () => {
  const { bearer } = open()
  for (const token of [
    'first-toke',
    'first-token2',
    'FIRST-TOKEN',
    'first-tokenX',
    'second-token-first-token',
  ]) {
    await expect(bearer(token)).rejects.toThrow(InvalidTokenError)
  }
})
