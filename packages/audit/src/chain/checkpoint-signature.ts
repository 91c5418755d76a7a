import { constants, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { SigningKeys } from '@atoll/auth'

/** Keeps a signature of ours from being taken for one of anything else that the same key signs. */
const PURPOSE = 'atoll-audit-checkpoint\n'

/** Sign the hash of a checkpoint: base64url, in the form that JWS has for the key's algorithm (RFC 7518, RFC 8037). */
export function signHash(hash: string, { alg, key }: Pick<SigningKeys, 'alg' | 'key'>): string {
  return sign(digestOf(alg), Buffer.from(PURPOSE + hash), withOptions(key, alg)).toString('base64url')
}

/** A public key (JWK) as one to verify with. Throws a TypeError when it is none. */
export function verificationKey(jwk: object): KeyObject {
  return createPublicKey({ key: { ...jwk }, format: 'jwk' })
}

export function isSignedBy(hash: string, signature: string, key: KeyObject, alg: string): boolean {
  try {
    const bytes = Buffer.from(signature, 'base64url')
    // One signature has one text: the last character of base64url may have bits that count for nothing.
    if (bytes.toString('base64url') !== signature) return false
    return verify(digestOf(alg), Buffer.from(PURPOSE + hash), withOptions(key, alg), bytes)
  } catch {
    // A key of another kind than the algorithm is for.
    return false
  }
}

function digestOf(alg: string): string | null {
  return alg === 'EdDSA' ? null : `sha${alg.slice(-3)}`
}

function withOptions(key: KeyObject, alg: string) {
  if (alg.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' as const }
  const padding = alg.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
  return alg === 'EdDSA' ? { key } : { key, padding, ...(alg.startsWith('PS') && { saltLength }) }
}
