import type { Allowance, RateAllowance } from './allowance.ts'

/** What one replica may use by itself: all where there are no others, its share while they cannot count together. */
export interface Alone {
  /** Units that may be used without more ado. */
  has(units: number, now: number): boolean
  use(units: number): void
  add(units: number): void
  /** Milliseconds until there would be so many units; Infinity where none come back within the period. */
  wait(units: number, now: number): number
  left(now: number): number
  /** Units that are missing at `now` because they were used. */
  debt(now: number): number
}

/** `share` of the allowance; `left` units of the whole are there at `now`, and `paid` that were counted before. */
export function newAlone(
  allowance: Allowance,
  share: number,
  { left, paid, now }: { left: number; paid: number; now: number },
): Alone {
  if (allowance.kind === 'rate') return new Bucket(allowance, share, left * share + paid, now)
  // Closed to nobody: of what is left, each replica may use at least one unit.
  const own = left >= 1 ? Math.max(1, Math.floor(left * share)) : 0
  return new Rest(own + paid)
}

class Bucket implements Alone {
  readonly #most: number
  readonly #perMillisecond: number
  readonly #first: number
  readonly #since: number
  #tokens: number
  #at: number

  constructor({ burst, perSecond }: RateAllowance, share: number, tokens: number, now: number) {
    this.#most = Math.max(1, burst * share)
    this.#perMillisecond = (perSecond * share) / 1000
    this.#first = Math.min(this.#most, tokens)
    this.#since = now
    this.#tokens = this.#first
    this.#at = now
  }

  has(units: number, now: number): boolean {
    return this.left(now) >= Math.min(units, this.#most)
  }
  use(units: number): void {
    this.#tokens -= units
  }
  add(units: number): void {
    this.#tokens = Math.min(this.#most, this.#tokens + units)
  }
  wait(units: number, now: number): number {
    return Math.max(0, (Math.min(units, this.#most) - this.left(now)) / this.#perMillisecond)
  }
  left(now: number): number {
    if (now > this.#at) {
      this.#tokens = Math.min(this.#most, this.#tokens + (now - this.#at) * this.#perMillisecond)
      this.#at = now
    }
    return this.#tokens
  }
  /** Against a bucket that filled all the while: what came back since is not missing. */
  debt(now: number): number {
    const unused = Math.min(this.#most, this.#first + (now - this.#since) * this.#perMillisecond)
    return Math.max(0, unused - this.left(now))
  }
}

class Rest implements Alone {
  readonly #first: number
  #left: number

  constructor(left: number) {
    this.#first = left
    this.#left = left
  }

  has(units: number): boolean {
    return this.#left >= units
  }
  use(units: number): void {
    this.#left -= units
  }
  add(units: number): void {
    this.#left += units
  }
  wait(units: number): number {
    return this.#left >= units ? 0 : Number.POSITIVE_INFINITY
  }
  left(): number {
    return this.#left
  }
  debt(): number {
    return this.#first - this.#left
  }
}
