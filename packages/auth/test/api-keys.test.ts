import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UnavailableError } from '@atoll/errors'
import { expect, test } from 'vitest'
import { type ApiKeyRecord, createApiKey, InvalidTokenError } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testAuthenticator } from './test-authenticator.ts'
import { NOW } from './test-issuer.ts'

const reporting = createApiKey({ subject: 'reporting', tenant: 'acme', scopes: ['orders:read'] })
const nightly = createApiKey({ subject: 'nightly', tenant: 'globex', scopes: [], roles: ['robot'] })

function keysFile(...records: ApiKeyRecord[]) {
  const path = join(temporaryFolder(), 'api-keys.json')
  const write = (...keys: unknown[]) => writeFileSync(path, JSON.stringify({ keys }))
  write(...records)
  return { path, write, ...testAuthenticator('https://idp.example/jwks', { apiKeysFile: path }) }
}

test('makes keys that cannot be guessed and keeps only their hash', () => {
  expect(reporting.key).toMatch(/^atk_[\w-]{43}$/)
  expect(reporting.key).not.toBe(nightly.key)
  expect(reporting.record).toEqual({
    hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    subject: 'reporting',
    tenant: 'acme',
    scopes: ['orders:read'],
  })
  expect(JSON.stringify(reporting.record)).not.toContain(reporting.key.slice(4))
})

test('knows the keys of a file, and answers at once while the file need not be looked at', async () => {
  const { bearer, time } = keysFile(reporting.record, nightly.record)
  const first = bearer(reporting.key)
  expect(first).toBeInstanceOf(Promise)
  expect(await first).toEqual({
    subject: 'reporting',
    tenant: 'acme',
    scopes: new Set(['orders:read']),
    roles: new Set(),
    clientId: 'reporting',
    issuer: 'urn:atoll:api-key',
    expiresAt: Number.POSITIVE_INFINITY,
  })
  expect(bearer(nightly.key)).toMatchObject({ subject: 'nightly', roles: new Set(['robot']) })
  time.now += 1000
  const later = bearer(nightly.key)
  expect(later).toBeInstanceOf(Promise)
  expect(await later).toMatchObject({ subject: 'nightly' })
})

test('refuses unknown keys, and records presented as keys', async () => {
  const { bearer } = keysFile(reporting.record)
  await expect(bearer(nightly.key)).rejects.toThrow(InvalidTokenError)
  for (const token of [
    `${reporting.key}x`,
    reporting.key.slice(0, -1),
    `atk_${reporting.record.hash}`,
    'atk_',
  ]) {
    expect(() => bearer(token)).toThrow(InvalidTokenError)
  }
})

test('forgets a key within a second of its leaving the file, and learns a new one', async () => {
  const { bearer, write, time } = keysFile(reporting.record)
  await bearer(reporting.key)
  write(nightly.record)
  time.now += 1000
  await expect(bearer(reporting.key)).rejects.toThrow('not known here')
  expect(bearer(nightly.key)).toMatchObject({ subject: 'nightly' })
})

test('lets a key expire', async () => {
  const short = createApiKey({
    subject: 's',
    tenant: 't',
    scopes: [],
    expiresAt: new Date(NOW + 500).toISOString(),
  })
  const { bearer, time } = keysFile(short.record)
  expect(await bearer(short.key)).toMatchObject({ expiresAt: (NOW + 500) / 1000 })
  time.now += 500
  expect(() => bearer(short.key)).toThrow('The API key has expired')
})

test('trusts no key of a file that cannot be used, and says so once', async () => {
  const { bearer, path, write, time, problems } = keysFile(reporting.record)
  await bearer(reporting.key)
  const broken = [
    () => writeFileSync(path, '{"keys":['),
    () => write({ ...reporting.record, hash: reporting.key }),
    () => write({ ...reporting.record, scope: 'orders:read' }),
    () => write({ ...reporting.record, expiresAt: 'tomorrow' }),
    () => write({ ...reporting.record, tenant: '' }),
    () => rmSync(path),
  ]
  for (const [index, damage] of broken.entries()) {
    damage()
    time.now += 1000
    await expect(bearer(reporting.key)).rejects.toThrow(UnavailableError)
    await expect(bearer(reporting.key)).rejects.toThrow(UnavailableError)
    expect(problems).toHaveLength(index + 1)
  }
  expect(problems[1]?.message).toContain('keys.0.hash: must be sha256: and 64 hex digits')
  expect(String(problems)).not.toContain(reporting.key)
  write(reporting.record)
  expect(await bearer(reporting.key)).toMatchObject({ subject: 'reporting' })
})

test('takes keys that are given directly', () => {
  const { bearer } = testAuthenticator('https://idp.example/jwks', { apiKeys: [reporting.record] })
  expect(bearer(reporting.key)).toMatchObject({ subject: 'reporting' })
  expect(() => bearer(nightly.key)).toThrow('not known here')
})

test('does not make a key with a record that could not be read back', () => {
  expect(() => createApiKey({ subject: 's', tenant: 't', scopes: ['two words'] })).toThrow()
})
