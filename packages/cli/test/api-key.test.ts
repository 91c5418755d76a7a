import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAuthenticator } from '@atoll/auth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPlace, type Place } from './support/command.ts'

const IDENTITY = ['--subject', 'reporting', '--tenant', 'acme', '--scopes', 'orders:read, hr:read']

let place: Place
beforeAll(async () => {
  place = await openPlace('plain')
})
afterAll(() => place[Symbol.asyncDispose]())

/** What a server makes of a key, with these records in its file. */
async function present(key: string, records: unknown[]) {
  const apiKeysFile = join(place.home, 'keys.json')
  await writeFile(apiKeysFile, JSON.stringify({ keys: records }))
  const resource = 'http://127.0.0.1:3001/mcp'
  const authenticator = createAuthenticator({ resource, issuers: [], scopesSupported: [], apiKeysFile })
  try {
    return await authenticator.authenticate(`Bearer ${key}`)
  } finally {
    authenticator.close()
  }
}

test('makes a key that a server with its record accepts', async () => {
  const { code, stdout } = await place.run(['api-key', ...IDENTITY, '--json'])
  const { key, record } = JSON.parse(stdout)
  expect(code).toBe(0)
  expect(await present(key, [record])).toMatchObject({
    subject: 'reporting',
    tenant: 'acme',
    scopes: new Set(['orders:read', 'hr:read']),
  })
  await expect(present(key, [])).rejects.toThrow('The API key is not known here.')
})

test('shows people the key, and the record without it', async () => {
  const { stdout } = await place.run(['api-key', ...IDENTITY])
  const [key = ''] = stdout.split('\n')
  const record = stdout.slice(stdout.lastIndexOf('\n{'))
  expect(stdout.split(key)).toHaveLength(2)
  expect(await present(key, [JSON.parse(record)])).toMatchObject({ subject: 'reporting' })
})

test('the record says when the key ends', async () => {
  const before = Date.now()
  const { stdout } = await place.run(['api-key', ...IDENTITY, '--ttl', '7d', '--json'])
  const days = (Date.parse(JSON.parse(stdout).record.expiresAt) - before) / 86_400_000
  expect(Math.floor(days)).toBe(7)
})

test.each([
  [['--scopes', ' '], '--subject, --tenant and --scopes need a value.'],
  [['--tenant', ''], '--subject, --tenant and --scopes need a value.'],
  [['--scopes', 'orders:"read"'], '--scopes must be scopes such as orders:read'],
  [['--ttl', 'soon'], '"soon" is not a length of time'],
])('refuses %j', async (args, sentence) => {
  const { code, stdout, stderr } = await place.run(['api-key', ...IDENTITY, ...args])
  expect(stderr).toContain(sentence)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})
