import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { UnavailableError } from '@atoll/errors'
import { decodeJwt } from 'jose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { developmentIssuer } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testAuthenticator } from './test-authenticator.ts'
import { NOW, RESOURCE, SECONDS } from './test-issuer.ts'

const MAKE_ISSUER = join(import.meta.dirname, 'signing', 'make-issuer.ts')
const issuer = 'http://127.0.0.1:3000/development'
const alice = {
  subject: 'alice',
  tenant: 'acme',
  scopes: ['orders:read'],
  audience: RESOURCE,
  ttl: '8h',
} as const
const make = (directory: string) => developmentIssuer({ directory, issuer, clock: () => NOW })

test('signs tokens that a server trusting its file of keys accepts', async () => {
  const development = make(temporaryFolder())
  const { bearer } = testAuthenticator('', { issuers: [{ issuer, jwks: development.jwksUrl }] })
  expect(await bearer(await development.sign({ ...alice, roles: ['support'] }))).toEqual({
    subject: 'alice',
    tenant: 'acme',
    scopes: new Set(['orders:read']),
    roles: new Set(['support']),
    clientId: 'development',
    issuer,
    expiresAt: SECONDS + 8 * 3600,
  })
  const { clientId } = await bearer(await development.sign({ ...alice, clientId: 'cursor' }))
  expect(clientId).toBe('cursor')
})

test('describes itself as an authorization server', () => {
  const { metadata, metadataPath, jwks, jwksPath } = make(temporaryFolder())
  expect(metadata).toMatchObject({ issuer, jwks_uri: `${issuer}/jwks.json`, response_types_supported: [] })
  expect(metadataPath).toBe('/.well-known/oauth-authorization-server/development')
  expect(JSON.parse(readFileSync(jwksPath, 'utf8'))).toEqual(jwks)
})

test('keeps its key from others and shows them the public half', () => {
  const previous = process.umask(0o077)
  try {
    const directory = join(temporaryFolder(), 'deep', '.atoll')
    const { jwksPath } = make(directory)
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
    expect(mode(join(directory, 'development-key.json'))).toBe('600')
    expect(mode(jwksPath)).toBe('644')
    expect(readFileSync(jwksPath, 'utf8')).not.toContain('"d"')
    expect(readdirSync(directory).sort()).toEqual(['development-jwks.json', 'development-key.json'])
  } finally {
    process.umask(previous)
  }
})

test('is the same after a restart', async () => {
  const directory = temporaryFolder()
  const token = await make(directory).sign(alice)
  const { bearer } = testAuthenticator('', { issuers: [{ issuer, jwks: make(directory).jwksUrl }] })
  expect(await bearer(token)).toMatchObject({ subject: 'alice' })
})

test('is the same for processes that start at once', async () => {
  const processes = [0, 1, 2].map(() =>
    spawn(process.execPath, [MAKE_ISSUER], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  onTestFinished(() => {
    for (const each of processes) each.kill()
  })
  const answers = processes.map(({ stdout }) => createInterface({ input: stdout })[Symbol.asyncIterator]())
  const next = () => Promise.all(answers.map(async (answer) => (await answer.next()).value))
  expect(await next()).toEqual(['ready', 'ready', 'ready'])
  for (let round = 0; round < 10; round++) {
    const directory = join(temporaryFolder(), '.atoll')
    for (const { stdin } of processes) stdin.write(`${directory}\n`)
    const [first, ...others] = await next()
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(others).toEqual([first, first])
    expect(make(directory).jwks.keys[0]?.kid).toBe(first)
    expect(readdirSync(directory)).toHaveLength(2)
  }
})

test('does not exist in production', () => {
  vi.stubEnv('NODE_ENV', 'production')
  const directory = temporaryFolder()
  expect(() => make(directory)).toThrow('does not exist in production')
  expect(readdirSync(directory)).toEqual([])
  vi.unstubAllEnvs()
})

test('gives every token an end and a number', async () => {
  const { sign } = make(temporaryFolder())
  const [first, second] = [decodeJwt(await sign({ ...alice, ttl: '90s' })), decodeJwt(await sign(alice))]
  expect(first).toMatchObject({ iat: SECONDS, exp: SECONDS + 90 })
  expect(first.jti).not.toBe(second.jti)
  for (const ttl of ['0s', '-5m', 'forever', '5'] as never[]) {
    expect(() => sign({ ...alice, ttl })).toThrow('is not a lifetime')
  }
})

test('says what is in the way of its files', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  expect(() => make(join(folder, 'file'))).toThrow(/Cannot (read|write) .*file.*a part of the path is a file/)
  mkdirSync(join(folder, 'a', 'development-key.json'), { recursive: true })
  expect(() => make(join(folder, 'a'))).toThrow(/Cannot read .*development-key.json: it is a folder/)
  writeFileSync(join(folder, 'development-key.json'), '{"d":"secret')
  expect(() => make(folder)).toThrow(UnavailableError)
  expect(() => make(folder)).toThrow(/development-key.json is not usable.*remove it/)
  expect(() => make(folder)).not.toThrow(/secret/)
})
