import { rmSync, writeFileSync } from 'node:fs'
import { UnavailableError } from '@atoll/errors'
import { exportJWK, type JSONWebKeySet } from 'jose'
import { expect, test } from 'vitest'
import { jwksServer } from '../jwks-server.ts'
import { keyFile, testAuthenticator } from '../test-authenticator.ts'
import { keySet, SECONDS, signed, testKey } from '../test-issuer.ts'

const [first, second, unknown] = await Promise.all(['first', 'second', 'unknown'].map((kid) => testKey(kid)))
if (!first || !second || !unknown) throw new Error('no keys')
const MINUTE = 60_000
const long = { exp: SECONDS + 86_400 }

test('reads the keys once for many tokens that come together', async () => {
  const server = await jwksServer(keySet(first))
  const { bearer } = testAuthenticator(server.url)
  const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((sub) => signed(first, { sub })))
  await Promise.all(tokens.map(bearer))
  expect(server.requests).toBe(1)
})

test('accepts a key that was added, at the first token that names it', async () => {
  const server = await jwksServer(keySet(first))
  const { bearer } = testAuthenticator(server.url)
  await bearer(await signed(first))
  server.keys = keySet(second, first)
  const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => signed(second, { sub })))
  expect(await Promise.all(tokens.map(bearer))).toHaveLength(3)
  expect(server.requests).toBe(2)
})

test('does not let strangers cause a storm of readings', async () => {
  const server = await jwksServer(keySet(first))
  const { bearer, time } = testAuthenticator(server.url)
  await bearer(await signed(first))
  const attack = async (sub: string) =>
    expect(bearer(await signed(unknown, { sub }))).rejects.toThrow('key that its issuer does not have')
  for (let i = 0; i < 20; i++) await attack(`one ${i}`)
  expect(server.requests).toBe(2)
  time.now += 9999
  await attack('early')
  expect(server.requests).toBe(2)
  time.now += 1
  await attack('later')
  expect(server.requests).toBe(3)
})

test('does not read twice when the very first token names an unknown key', async () => {
  const server = await jwksServer(keySet(first))
  const { bearer } = testAuthenticator(server.url)
  await expect(bearer(await signed(unknown))).rejects.toThrow('key that its issuer does not have')
  expect(server.requests).toBe(1)
})

test('forgets verified tokens when their key is withdrawn', async () => {
  const server = await jwksServer(keySet(first, second))
  const { bearer } = testAuthenticator(server.url)
  const token = await signed(first, long)
  await bearer(token)
  expect(bearer(token)).not.toBeInstanceOf(Promise)
  server.keys = keySet(second)
  await expect(bearer(await signed(unknown))).rejects.toThrow('key that its issuer does not have')
  await expect(bearer(token)).rejects.toThrow('key that its issuer does not have')
})

test('reads aged keys again in the background, without making a token wait', async () => {
  const server = await jwksServer(keySet(first))
  const { bearer, time, problems } = testAuthenticator(server.url)
  await bearer(await signed(first))
  let release = () => {}
  const asked = new Promise<void>((resolve) => {
    server.answer = (_request, response) => {
      release = () => response.end(JSON.stringify(server.keys))
      resolve()
    }
  })
  time.now += 10 * MINUTE
  expect(await bearer(await signed(first, { ...long, sub: 'b' }))).toMatchObject({ subject: 'b' })
  await asked
  // Had the token waited for the answer that has not come, the reading would have failed by now.
  expect([server.requests, problems]).toEqual([2, []])
  release()
})

test('says that it cannot know, not that the token is bad, while keys cannot be read', async () => {
  const server = await jwksServer(keySet(first))
  server.answer = (_request, response) => response.writeHead(500).end()
  const { bearer, time, problems, challenge } = testAuthenticator(server.url)
  const error: unknown = await Promise.resolve(bearer(await signed(first))).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UnavailableError)
  expect(error).toMatchObject({ status: 503, retryable: true, retryAfter: 1 })
  expect(challenge(error)).not.toContain('invalid_token')
  expect(problems).toHaveLength(1)
  expect(String(problems[0]?.cause)).toContain('answered 500')

  for (let i = 0; i < 5; i++) await expect(bearer(await signed(first))).rejects.toThrow(UnavailableError)
  expect(server.requests).toBe(1)
  server.answer = (_request, response) => response.end(JSON.stringify(server.keys))
  time.now += 500
  expect(await bearer(await signed(first))).toMatchObject({ subject: 'alice' })
})

test('waits longer after every failure, up to half a minute', async () => {
  const server = await jwksServer(keySet(first))
  server.answer = (_request, response) => response.writeHead(503).end()
  const { bearer, time } = testAuthenticator(server.url)
  const token = await signed(first, long)
  const waits: unknown[] = []
  for (let i = 0; i < 8; i++) {
    const error: unknown = await Promise.resolve(bearer(token)).catch((thrown: unknown) => thrown)
    const { retryAfter } = error as UnavailableError
    waits.push(retryAfter)
    time.now += (retryAfter ?? 0) * 1000
  }
  expect(waits).toEqual([1, 1, 2, 4, 8, 16, 30, 30])
  expect(server.requests).toBe(8)
})

test('lives on the last known keys for an hour when the issuer is down', async () => {
  const server = await jwksServer(keySet(first))
  const { bearer, time } = testAuthenticator(server.url)
  const token = await signed(first, long)
  await bearer(token)
  server.answer = (_request, response) => response.destroy()
  time.now += 69 * MINUTE
  expect(await bearer(token)).toMatchObject({ subject: 'alice' })
  expect(bearer(token)).not.toBeInstanceOf(Promise)
  const news = await signed(second, long)
  for (let i = 0; i < 4; i++) await expect(bearer(news)).rejects.toThrow(UnavailableError)
  time.now += 6 * MINUTE
  await expect(bearer(token)).rejects.toThrow(UnavailableError)
})

test('does not follow redirects, nor read without end, nor take what is no key set', async () => {
  const secret = { keys: [{ ...(await exportJWK(first.privateKey)), kid: 'first' }] } as JSONWebKeySet
  const answers: [string, string | undefined, number][] = [
    ['', '/elsewhere', 302],
    [JSON.stringify({ ...keySet(first), padding: 'x'.repeat(600_000) }), undefined, 200],
    ['<html>', undefined, 200],
    ['null', undefined, 200],
    ['{"keys":[null]}', undefined, 200],
    [JSON.stringify(secret), undefined, 200],
    [JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'first' }] }), undefined, 200],
  ]
  for (const [body, location, status] of answers) {
    const server = await jwksServer(keySet(first))
    server.answer = ({ url }, response) => {
      if (url === '/elsewhere') return response.end(JSON.stringify(server.keys))
      return response.writeHead(status, location ? { location } : {}).end(body)
    }
    const { bearer } = testAuthenticator(server.url)
    await expect(bearer(await signed(first))).rejects.toThrow(UnavailableError)
    expect(server.requests).toBe(1)
  }
})

test('takes a key that cannot be used for a fault of the issuer', async () => {
  const point = { kty: 'EC', crv: 'P-256', kid: 'first', x: 'AAAA', y: 'AAAA' }
  const { bearer } = testAuthenticator(keyFile({ keys: [point] }).url)
  await expect(bearer(await signed(first))).rejects.toThrow(UnavailableError)
})

test('reads a file again when a token names an unknown key', async () => {
  const file = keyFile(keySet(first))
  const { bearer } = testAuthenticator(file.url)
  await bearer(await signed(first))
  file.write(keySet(first, second))
  expect(await bearer(await signed(second))).toMatchObject({ subject: 'alice' })
})

test('notices within a second that a key was taken out of a file', async () => {
  const file = keyFile(keySet(first, second))
  const { bearer, time } = testAuthenticator(file.url)
  const token = await signed(first, long)
  await bearer(token)
  file.write(keySet(second))
  time.now += 1000
  await expect(bearer(await signed(first, { sub: 'bob' }))).rejects.toThrow(
    'key that its issuer does not have',
  )
  await expect(bearer(token)).rejects.toThrow('key that its issuer does not have')
})

test('lives on the last known keys while a file is broken or gone, and takes the next good one', async () => {
  const file = keyFile(keySet(first))
  const { bearer, time, problems } = testAuthenticator(file.url)
  await bearer(await signed(first))
  const next = async (key: typeof first, sub: string) => {
    time.now += 2000
    return bearer(await signed(key, { sub, ...long }))
  }
  writeFileSync(file.path, '{"keys":[')
  expect(await next(first, 'b')).toMatchObject({ subject: 'b' })
  expect(await next(first, 'c')).toMatchObject({ subject: 'c' })
  expect(problems.length).toBeGreaterThan(0)
  await expect(next(second, 'd')).rejects.toThrow(UnavailableError)
  rmSync(file.path)
  time.now += MINUTE
  expect(await next(first, 'e')).toMatchObject({ subject: 'e' })
  file.write(keySet(second))
  time.now += MINUTE
  expect(await next(second, 'f')).toMatchObject({ subject: 'f' })
})

test('takes part in no request after it was closed', async () => {
  const server = await jwksServer(keySet(first))
  const { bearer, close, problems } = testAuthenticator(server.url)
  close()
  await expect(bearer(await signed(first))).rejects.toThrow(UnavailableError)
  expect(server.requests).toBe(0)
  expect(problems).toEqual([])
})

test('verifies every algorithm it accepts', async () => {
  for (const alg of [
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
    'PS256',
    'PS384',
    'PS512',
    'RS256',
    'RS384',
    'RS512',
  ]) {
    const key = await testKey(alg, alg)
    const { bearer } = testAuthenticator(keyFile(keySet(key)).url)
    expect(await bearer(await signed(key))).toMatchObject({ subject: 'alice' })
  }
})
