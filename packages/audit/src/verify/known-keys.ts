import type { KeyObject } from 'node:crypto'
import { isSignedBy, verificationKey } from '../chain/checkpoint-signature.ts'

/** The keys that may have signed a chain: those that somebody trusts, or, where nobody named any, those that it names itself. */
export class KnownKeys {
  readonly #keys = new Map<string, KeyObject>()
  readonly #isTrusting: boolean
  readonly used = new Set<string>()

  /** Public keys as JWK, each with its `kid`. Throws a TypeError for what is no key. */
  constructor(trusted: readonly object[] | undefined) {
    this.#isTrusting = trusted === undefined
    for (const key of trusted ?? []) this.#add(key)
  }

  /** Whether every key that counted was named by the caller. */
  get isVouched(): boolean {
    return !this.#isTrusting
  }

  /** What a segment says of its own key. */
  claimed(key: unknown): void {
    if (this.#isTrusting && typeof key === 'object' && key !== null) this.#add(key)
  }

  /** Why the signature of a hash is no good; undefined when it is. */
  refusal(hash: string, signature: string, kid: unknown, alg: unknown): string | undefined {
    const key = this.#keys.get(String(kid))
    if (!key) return `its key ${String(kid)} is not among those that may sign`
    if (!isSignedBy(hash, signature, key, String(alg))) return 'its signature is not of this key'
    this.used.add(String(kid))
    return undefined
  }

  #add(key: object): void {
    const { kid } = key as { kid?: unknown }
    if (typeof kid !== 'string') return
    try {
      this.#keys.set(kid, verificationKey(key))
    } catch {
      // A claim that is no key vouches for nothing.
    }
  }
}
