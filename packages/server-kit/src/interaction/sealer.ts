import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Seals JSON for a trip through an untrusted client: encrypted, bound to a context, with an expiry. */
export interface Sealer {
  /** `lifetime` in milliseconds. */
  seal(payload: unknown, binding: string, lifetime: number): string
  /** Returns undefined for anything that was not sealed here for this binding, or has expired. */
  open(sealed: string, binding: string): { payload: unknown; id: string; expiresAt: number } | undefined
}

const NONCE = 12
const TAG = 16

/**
 * AES-256-GCM with a key derived from `secret` (at least 32 characters; HKDF, RFC 5869).
 * `purpose` separates uses of the same secret. Throws a RangeError on a short secret.
 */
export function createSealer(secret: string, purpose: string, now: () => number = Date.now): Sealer {
  if (secret.length < 32) throw new RangeError('The secret that seals state must have at least 32 characters')
  const key = new Uint8Array(hkdfSync('sha256', secret, 'atoll', purpose, 32))
  return {
    seal(payload, binding, lifetime) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(binding))
      const text = JSON.stringify({ p: payload, e: now() + lifetime })
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
    },
    open(sealed, binding) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length <= NONCE + TAG || bytes.toString('base64url') !== sealed) return undefined
      const nonce = bytes.subarray(0, NONCE)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(binding))
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()])
        const { p, e } = JSON.parse(text.toString('utf8')) as { p: unknown; e: number }
        return e > now() ? { payload: p, id: nonce.toString('base64url'), expiresAt: e } : undefined
      } catch {
        return undefined
      }
    },
  }
}
