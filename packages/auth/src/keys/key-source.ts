import { UnavailableError } from '@atoll/errors'
import {
  type CompactJWSHeaderParameters,
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type LocalJWKSet,
} from 'jose'
import type { KeyLoader } from './key-loader.ts'

/** When keys are read again; all in milliseconds. */
export interface KeyPolicy {
  /** Keys are not read again for this long, unless a token names one that is not among them. */
  freshFor: number
  /** When they cannot be read, the last known keys serve for this long after that. */
  staleFor: number
  /** At most one reading per cooldown on behalf of unknown keys, so that strangers cannot cause a storm. */
  cooldown: number
  /** Whether known keys serve while they are read again; otherwise the token waits. */
  background: boolean
}

export interface KeySourceOptions {
  load: KeyLoader
  policy: KeyPolicy
  /** Milliseconds since the epoch. */
  clock: () => number
  onError: (error: Error) => void
}

const FIRST_RETRY = 500
const LAST_RETRY = 30_000

/** The public keys of one issuer: read when first needed, read again as they age or rotate, one reading at a time. */
export class KeySource {
  readonly #options: KeySourceOptions
  readonly #closed = new AbortController()
  #published: ReadonlySet<string> = new Set()
  #find: LocalJWKSet | undefined
  #version = 0
  #loadedAt = Number.NEGATIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #retryAt = 0
  #problem: unknown
  #loading: Promise<void> | undefined

  constructor(options: KeySourceOptions) {
    this.#options = options
  }

  /** Grows when a key was withdrawn: what was verified with an older version must be verified again. */
  get version(): number {
    return this.#version
  }

  /**
   * The key a token's header names.
   * Rejects with jose's JWKSNoMatchingKey when the issuer has none such, UnavailableError when nobody can know.
   */
  async find(header: CompactJWSHeaderParameters): Promise<CryptoKey> {
    const loadedNow = await this.refresh()
    try {
      return await this.#known(header)
    } catch (error) {
      const unknown = error instanceof errors.JWKSNoMatchingKey
      if (!unknown || loadedNow || !this.#mayAsk()) throw error
      await this.#load()
      return this.#known(header)
    }
  }

  /** Reads the keys when they are due, and says whether it did. Rejects with UnavailableError when there are none to use. */
  async refresh(): Promise<boolean> {
    const { clock, policy } = this.#options
    const age = clock() - this.#loadedAt
    if (age < policy.freshFor) return false
    const usable = age < policy.freshFor + policy.staleFor
    if (usable && policy.background) {
      this.#load().catch(() => {})
      return false
    }
    try {
      await this.#load()
      return true
    } catch (error) {
      if (usable) return false
      throw error
    }
  }

  close(): void {
    this.#closed.abort()
  }

  async #known(header: CompactJWSHeaderParameters): Promise<CryptoKey> {
    if (!this.#find) throw this.#unavailable()
    try {
      return await this.#find(header)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw error
      // What the issuer publishes under that name is no usable key, or is published twice.
      throw new UnavailableError('The key of this token cannot be used.', { cause: error })
    }
  }

  /** While the keys cannot be read, loading itself keeps the distance, and says that it is not the token's fault. */
  #mayAsk(): boolean {
    if (this.#loading || this.#failures > 0) return true
    const now = this.#options.clock()
    if (now - this.#askedAt < this.#options.policy.cooldown) return false
    this.#askedAt = now
    return true
  }

  #load(): Promise<void> {
    if (this.#loading) return this.#loading
    if (this.#options.clock() < this.#retryAt) return Promise.reject(this.#unavailable())
    this.#loading = this.#read().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #read(): Promise<void> {
    const { load, clock, onError } = this.#options
    try {
      const changed = await load(this.#closed.signal)
      if (changed) this.#replace(changed)
      this.#loadedAt = clock()
      this.#failures = 0
      this.#retryAt = 0
    } catch (cause) {
      this.#problem = cause
      this.#retryAt = clock() + Math.min(FIRST_RETRY * 2 ** this.#failures, LAST_RETRY)
      this.#failures += 1
      const error = this.#unavailable()
      if (!this.#closed.signal.aborted) onError(error)
      throw error
    }
  }

  #replace(set: JSONWebKeySet): void {
    this.#find = createLocalJWKSet(set)
    const published = new Set(set.keys.map((key) => JSON.stringify(key)))
    if ([...this.#published].some((key) => !published.has(key))) this.#version += 1
    this.#published = published
  }

  #unavailable(): UnavailableError {
    const wait = Math.max(this.#retryAt - this.#options.clock(), 1)
    return new UnavailableError('The keys that tokens are checked with cannot be read at the moment.', {
      cause: this.#problem,
      retryAfter: Math.ceil(wait / 1000),
    })
  }
}
