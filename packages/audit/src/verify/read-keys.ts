import { createPublicKey, hash, type JsonWebKey } from 'node:crypto'

/**
 * The public keys in a text: a PEM, a JWK or a JWK Set; of private keys their public halves. Each gets a `kid`, by RFC 7638
 * where it has none, as signers do. Throws a TypeError, which shows nothing of the keys, when there is none.
 */
export function readKeys(text: string): readonly JsonWebKey[] {
  try {
    return text.trimStart().startsWith('-----BEGIN') ? [named(createPublicKey(text), {})] : parsed(text)
  } catch {
    // The reason is not passed on: OpenSSL and JSON errors may quote their input.
    throw new TypeError('Keys must be a PEM, a JWK or a JWK Set')
  }
}

function parsed(text: string): readonly JsonWebKey[] {
  const value = JSON.parse(text) as JsonWebKey | { keys: JsonWebKey[] }
  const keys: JsonWebKey[] = Array.isArray(value.keys) ? value.keys : [value as JsonWebKey]
  return keys.map((key) => named(createPublicKey({ key, format: 'jwk' }), key))
}

function named(key: ReturnType<typeof createPublicKey>, { kid }: JsonWebKey): JsonWebKey {
  const jwk = key.export({ format: 'jwk' })
  const { crv, e, kty, n, x, y } = jwk
  return { ...jwk, kid: kid ?? hash('sha256', JSON.stringify({ crv, e, kty, n, x, y }), 'base64url') }
}
