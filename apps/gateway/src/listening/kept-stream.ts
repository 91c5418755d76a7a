import { NotOfferedError, type Params, RpcError } from '@atoll/client'
import type { SubscriptionFilter } from '@atoll/server-kit'
import type { FreshCredentials } from '../outbound.ts'
import { covers, isEmpty } from './filter.ts'
import { type OpenSubscription, openSubscription, type SubscriptionOptions } from './open-subscription.ts'

export interface KeptStreamOptions extends Pick<SubscriptionOptions, 'client' | 'timeout'> {
  credentials(): Promise<FreshCredentials>
  onNotification(method: string, params: Params): void
  /** Told what it listens to again after nobody did for a while: something may have been missed. */
  onGap(acknowledged: SubscriptionFilter): void
}

/** Milliseconds before the second attempt after a failure; doubles up to LONGEST_PAUSE. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 30_000
/** A subscription ends with its token, so it is replaced before. Milliseconds, and the part of the token's life. */
const LONGEST_LIFE = 240_000
const SHORTEST_LIFE = 100
const SAFE_PART = 0.8

/**
 * One subscription at one server, kept open: replaced before its token ends and when it is to carry more, the new one
 * before the old one goes; opened again after it broke.
 */
export class KeptStream {
  readonly #options: KeptStreamOptions
  #wanted: SubscriptionFilter = {}
  #open: (OpenSubscription & { readonly asked: SubscriptionFilter }) | undefined
  #arranging: Promise<void> | undefined
  #failures = 0
  /** Whether it was open and broke, so that something may have been missed. */
  #hasGap = false
  #isOffered = true
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: KeptStreamOptions) {
    this.#options = options
  }

  /** What the server tells of; undefined while it cannot be asked. */
  get acknowledged(): SubscriptionFilter | undefined {
    if (!this.#isOffered) return {}
    // One that carries less says nothing of what is still to be asked for.
    return this.#open && covers(this.#open.asked, this.#wanted) ? this.#open.acknowledged : undefined
  }

  /** From now on carry this. Resolves when it does, or when the attempt has failed. Never rejects. */
  async want(filter: SubscriptionFilter): Promise<void> {
    this.#wanted = filter
    // What is under way may have looked at what was wanted before.
    await this.#arranging
    await this.#arrange()
  }

  /** The server is not what it was: try again at once. */
  async retry(): Promise<void> {
    this.#isOffered = true
    await this.#arrange()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#open?.close()
    this.#open = undefined
  }

  /** One at a time; what is wanted meanwhile is seen to before it ends. */
  #arrange(isRenewal = false): Promise<void> {
    this.#arranging ??= this.#repeat(isRenewal).finally(() => {
      this.#arranging = undefined
    })
    return this.#arranging
  }

  async #repeat(isRenewal: boolean): Promise<void> {
    for (let isDue = isRenewal; !this.#isClosed; isDue = false) {
      const wanted = this.#wanted
      if (isEmpty(wanted)) {
        this.#drop()
        return
      }
      if (!this.#isOffered || (!isDue && this.#open && covers(this.#open.asked, wanted))) return
      if (!(await this.#reopen(wanted))) return
    }
  }

  #drop(): void {
    clearTimeout(this.#timer)
    this.#open?.close()
    this.#open = undefined
    this.#hasGap = false
  }

  async #reopen(wanted: SubscriptionFilter): Promise<boolean> {
    const { client, timeout, onNotification } = this.#options
    clearTimeout(this.#timer)
    try {
      const { credentials, goodFor } = await this.#options.credentials()
      const next = await openSubscription({ client, timeout, onNotification, filter: wanted, credentials })
      this.#take(next, wanted, goodFor)
      return true
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  #take(next: OpenSubscription, asked: SubscriptionFilter, goodFor: number): void {
    const before = this.#open
    if (this.#isClosed) {
      next.close()
      return
    }
    const open = { ...next, asked }
    this.#open = open
    before?.close()
    this.#failures = 0
    this.#later(Math.min(Math.max(goodFor * SAFE_PART, SHORTEST_LIFE), LONGEST_LIFE), true)
    void next.ended.then(() => {
      if (this.#open !== open) return
      this.#open = undefined
      this.#hasGap = true
      this.#later(this.#pause(), false)
    })
    if (!this.#hasGap) return
    this.#hasGap = false
    this.#options.onGap(next.acknowledged)
  }

  #fail(error: unknown): void {
    // One that is still open goes on until its end, and nothing is missed before.
    if (!this.#open) this.#hasGap = true
    if (error instanceof NotOfferedError || (error instanceof RpcError && error.code === METHOD_NOT_FOUND)) {
      this.#isOffered = false
      return
    }
    this.#later(this.#pause(), this.#open !== undefined)
  }

  #pause(): number {
    const longest = Math.min(FIRST_PAUSE * 2 ** this.#failures++, LONGEST_PAUSE)
    // Spread, so that many streams do not return at the same moment.
    return longest * (0.5 + Math.random() / 2)
  }

  #later(milliseconds: number, isRenewal: boolean): void {
    clearTimeout(this.#timer)
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.#arrange(isRenewal), milliseconds).unref()
  }
}

const METHOD_NOT_FOUND = -32601
