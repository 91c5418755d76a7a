import { LruCache } from '../lru-cache.ts'
import type { OutboundToken } from './token-source.ts'

export interface Obtained extends OutboundToken {
  /** Whether a later one would end at the same time, so that nothing is gained by asking before that. */
  readonly isLast: boolean
}

interface Entry extends Obtained {
  /** Seconds since the epoch. */
  readonly at: number
  /** It took the place of one that a server refused. */
  readonly isFresh: boolean
  /** Seconds since the epoch; grows when renewing it failed. */
  renewAfter: number
}

export interface TokenCacheOptions {
  /** Tokens at most. */
  readonly max: number
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

/** Seconds before its end at which a token is replaced; a quarter of its life where that is less. */
const MARGIN = 30
/** Seconds within which a server that refuses every token gets no second new one, and a failed renewal is not repeated. */
const COOLDOWN = 10

/** Tokens that cost a request each: one request at a time for each, renewed before they end, used until they do. */
export class TokenCache {
  readonly #clock: () => number
  readonly #entries: LruCache<Entry>
  readonly #pending = new Map<string, Promise<OutboundToken>>()

  constructor({ max, clock }: TokenCacheOptions) {
    this.#clock = clock
    this.#entries = new LruCache(max)
  }

  /** Tokens that are remembered. */
  get size(): number {
    return this.#entries.size
  }

  /** The token of this key: at once when one is remembered, else what `obtain` resolves to. */
  get(
    key: string,
    isFresh: boolean,
    obtain: () => Promise<Obtained>,
  ): OutboundToken | Promise<OutboundToken> {
    const now = Math.floor(this.#clock() / 1000)
    const known = this.#entries.get(key)
    if (!known || known.expiresAt <= now || (isFresh && !isCooling(known, now)))
      return this.#obtain(key, isFresh, obtain)
    // What is still good is used meanwhile, and goes on to be when nobody hands out another.
    if (known.renewAfter <= now) {
      known.renewAfter = now + COOLDOWN
      this.#obtain(key, false, obtain).catch(() => {})
    }
    return known
  }

  #obtain(key: string, isFresh: boolean, obtain: () => Promise<Obtained>): Promise<OutboundToken> {
    const pending = this.#pending.get(key)
    if (pending) return pending
    const obtaining = obtain()
      .then((token) => {
        const at = Math.floor(this.#clock() / 1000)
        this.#entries.set(key, { ...token, isFresh, at, renewAfter: renewAfter(token, at) })
        return token
      })
      .finally(() => this.#pending.delete(key))
    this.#pending.set(key, obtaining)
    return obtaining
  }
}

function isCooling({ isFresh, at }: Entry, now: number): boolean {
  return isFresh && now - at < COOLDOWN
}

function renewAfter({ isLast, expiresAt }: Obtained, at: number): number {
  return isLast ? Number.POSITIVE_INFINITY : expiresAt - Math.min(MARGIN, (expiresAt - at) / 4)
}
