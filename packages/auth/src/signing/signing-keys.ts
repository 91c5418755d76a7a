import { createPrivateKey, createPublicKey, hash, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { JSONWebKeySet, JWK } from 'jose'

/** A key to sign with, and every public key that what was signed may be verified with. */
export interface SigningKeys {
  readonly alg: string
  readonly kid: string
  readonly key: KeyObject
  /** Serve this: the public halves, with the one that signs first. */
  readonly jwks: JSONWebKeySet
}

/**
 * The signing keys in a text: a PKCS #8 PEM, a private JWK, or a JWK Set. The first key of a set must be
 * private and signs; the others, private or public, are only published. To rotate, put the new key first and
 * keep the old one until what it signed has expired.
 * Throws a TypeError, which shows nothing of the keys, when the text holds no usable key.
 */
export function readSigningKeys(text: string): SigningKeys {
  const [signing, ...others] = entries(text).map(readKey)
  if (signing?.key.type !== 'private') throw new TypeError('The first signing key must be a private key')
  const published = [signing, ...others].map(({ key, kid, alg }) => ({
    // A public key exports as the members of a JWK.
    ...((key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' }) as JWK),
    kid,
    alg,
    use: 'sig',
  }))
  return { alg: signing.alg, kid: signing.kid, key: signing.key, jwks: { keys: published } }
}

/** RFC 7638: the hash of the required members in alphabetical order. */
export function thumbprint({ crv, e, kty, n, x, y }: JsonWebKey): string {
  const members = { crv, e, kty, n, x, y }
  return hash('sha256', JSON.stringify(members), 'base64url')
}

type Entry = string | JsonWebKey

function entries(text: string): Entry[] {
  if (text.trimStart().startsWith('-----BEGIN')) return [text]
  try {
    const value = JSON.parse(text) as JsonWebKey | { keys: JsonWebKey[] }
    return Array.isArray(value.keys) ? value.keys : [value as JsonWebKey]
  } catch {
    throw new TypeError('A signing key must be a PKCS #8 PEM, a JWK or a JWK Set')
  }
}

function readKey(entry: Entry, index: number): { key: KeyObject; kid: string; alg: string } {
  try {
    const key = parse(entry)
    const jwk = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
    const given = typeof entry === 'string' ? {} : entry
    const kid = typeof given.kid === 'string' ? given.kid : thumbprint(jwk)
    return { key, kid, alg: algorithm(key, given.alg) }
  } catch {
    // The reason is not passed on: OpenSSL and JSON errors may quote their input.
    throw new TypeError(`Signing key ${index + 1} is not an EC, Ed25519 or RSA key of at least 2048 bits`)
  }
}

function parse(entry: Entry): KeyObject {
  if (typeof entry === 'string') return createPrivateKey(entry)
  return entry.d === undefined
    ? createPublicKey({ key: entry, format: 'jwk' })
    : createPrivateKey({ key: entry, format: 'jwk' })
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
}

function algorithm(key: KeyObject, wanted: unknown): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  const alg =
    type === 'ed25519' ? 'EdDSA' : type === 'ec' ? CURVES[details?.namedCurve ?? ''] : rsa(details, wanted)
  if (alg === undefined || (wanted !== undefined && wanted !== alg)) throw new TypeError('unusable key')
  return alg
}

function rsa(details: KeyObject['asymmetricKeyDetails'], wanted: unknown): string | undefined {
  if ((details?.modulusLength ?? 0) < 2048) return undefined
  return typeof wanted === 'string' && /^[PR]S(256|384|512)$/.test(wanted) ? wanted : 'RS256'
}
