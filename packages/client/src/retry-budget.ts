export interface RetryBudgetOptions {
  /** Retries that each request pays for. */
  readonly share: number
  /** Retries a second that nobody has to pay for, so that little traffic is not left without any. */
  readonly perSecond: number
  /** Retries that can be saved up. */
  readonly most: number
}

export const RETRY_BUDGET: RetryBudgetOptions = { share: 0.2, perSecond: 2, most: 100 }

/**
 * How much may be sent a second time, as a share of what is sent at all: a token bucket that requests fill. When a
 * server fails everybody, it then gets a fifth more than its usual load, and not a multiple of it.
 */
export class RetryBudget {
  readonly #options: RetryBudgetOptions
  readonly #clock: () => number
  #saved: number
  #at: number

  constructor(options: Partial<RetryBudgetOptions> = {}, clock: () => number = () => performance.now()) {
    this.#options = { ...RETRY_BUDGET, ...options }
    this.#clock = clock
    this.#saved = this.#options.most
    this.#at = clock()
  }

  /** A request is made. */
  earn(): void {
    const { share, most } = this.#options
    if (this.#saved < most) this.#saved = Math.min(most, this.#saved + share)
  }

  /** The same for a hedge, which leaves half of what can be saved up to retries: they mend what failed. */
  spendOnHedge(): boolean {
    return this.spend(Math.floor(this.#options.most / 2))
  }

  /** Whether one more may be sent, and `reserve` left; it is then paid for. */
  spend(reserve = 0): boolean {
    const { perSecond, most } = this.#options
    const now = this.#clock()
    this.#saved = Math.min(most, this.#saved + ((now - this.#at) / 1000) * perSecond)
    this.#at = now
    if (this.#saved < reserve + 1) return false
    this.#saved--
    return true
  }
}
