import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import { readSigningKeys } from '../../src/index.ts'

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const jwk = (key: KeyObject, more = {}) => ({ ...key.export({ format: 'jwk' }), ...more })
const SECRET = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']

test('reads a PEM, names the key by its RFC 7638 thumbprint and publishes no secret part', async () => {
  const pairs = {
    ES256: ec(),
    ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    EdDSA: generateKeyPairSync('ed25519'),
    RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  }
  for (const [alg, { privateKey, publicKey }] of Object.entries(pairs)) {
    const keys = readSigningKeys(pem(privateKey))
    const kid = await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }) as Record<string, string>)
    expect(keys).toMatchObject({ alg, kid })
    expect(keys.jwks).toEqual({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }] })
    for (const member of SECRET) expect(keys.jwks.keys[0]).not.toHaveProperty(member)
  }
})

test('reads a JWK with its own name and algorithm', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = readSigningKeys(JSON.stringify(jwk(privateKey, { kid: '2027-01', alg: 'PS256' })))
  expect(keys).toMatchObject({
    alg: 'PS256',
    kid: '2027-01',
    jwks: { keys: [{ kid: '2027-01', alg: 'PS256' }] },
  })
})

test('signs with the first key of a set and publishes all, secret parts of none', () => {
  const old = jwk(ec().privateKey, { kid: 'old' })
  const older = jwk(ec().publicKey, { kid: 'older' })
  const keys = readSigningKeys(JSON.stringify({ keys: [jwk(ec().privateKey, { kid: 'new' }), old, older] }))
  expect(keys.kid).toBe('new')
  expect(keys.jwks.keys.map((key) => key.kid)).toEqual(['new', 'old', 'older'])
  for (const key of keys.jwks.keys) for (const member of SECRET) expect(key).not.toHaveProperty(member)
})

test('refuses what cannot sign, and quotes nothing of it', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const bitcoin = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
  const { d } = jwk(ec().privateKey) as { d: string }
  const refused = [
    '',
    'secret',
    '{}',
    '{"keys":[]}',
    '{"keys":[null]}',
    JSON.stringify(jwk(ec().publicKey)),
    JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' }),
    JSON.stringify(jwk(ec().privateKey, { alg: 'HS256' })),
    JSON.stringify({ kty: 'EC', crv: 'P-256', d }),
    JSON.stringify({ keys: [jwk(ec().publicKey), jwk(ec().privateKey)] }),
    pem(weak),
    pem(bitcoin),
    `-----BEGIN PRIVATE KEY-----\n${d}\n-----END PRIVATE KEY-----`,
  ]
  for (const text of refused) {
    expect(() => readSigningKeys(text)).toThrow(TypeError)
    expect(() => readSigningKeys(text)).not.toThrow(/secret|c2VjcmV0/)
    expect(() => readSigningKeys(text)).not.toThrow(d)
  }
})
