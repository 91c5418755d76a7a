import { NotFoundError } from '@atoll/errors'
import type { Client } from '../client.ts'
import { explain } from '../explain.ts'
import { TransportFailure } from '../failure.ts'
import type { Listed } from '../listed.ts'
import type { RequestOptions } from '../options.ts'
import { untilDeadline } from '../until-deadline.ts'

/** Milliseconds for which a list is believed where its server does not say, and for which it will do for a call. */
const USUAL_TTL = 30_000

interface Waiting {
  /** Of which the deadline came, for words. */
  readonly timeout: number
  readonly signal: RequestOptions['signal'] | undefined
}

/** One server, and its tools as they were last listed. */
export class FleetMember {
  readonly client: Client
  #items: readonly Listed[] = []
  #takenAt = Number.NEGATIVE_INFINITY
  #freshUntil = Number.NEGATIVE_INFINITY
  #listing: Promise<void> | undefined

  constructor(client: Client) {
    this.client = client
  }

  /** What it offers, asked for again when that has aged. Never rejects. */
  async list(): Promise<{ items: readonly Listed[]; age: number }> {
    if (performance.now() >= this.#freshUntil) await this.#refresh().catch(() => undefined)
    return { items: this.#items, age: performance.now() - this.#takenAt }
  }

  /**
   * `deadline` is on the monotonic clock, in milliseconds. Throws NotFoundError for a tool that it does not have, why it
   * could not be asked, TimeoutError at the deadline, and the signal's reason.
   */
  async find(tool: string, deadline: number, { timeout, signal }: Waiting): Promise<Listed> {
    const known = this.#items.find(({ name }) => name === tool)
    if (known && performance.now() < this.#takenAt + USUAL_TTL) return known
    // An older list will do where there is no newer one: the call itself tells.
    await untilDeadline(this.#refresh(), deadline, signal).catch((error) => {
      const isOver = error instanceof TransportFailure
      if (!known || isOver) throw explain(error, this.client.name, true, timeout)
    })
    const found = this.#items.find(({ name }) => name === tool)
    if (!found) throw new NotFoundError('tool', tool)
    return found
  }

  #refresh(): Promise<void> {
    this.#listing ??= this.#fetch().finally(() => {
      this.#listing = undefined
    })
    return this.#listing
  }

  async #fetch(): Promise<void> {
    await this.#look()
    const { items, ttlMs = USUAL_TTL } = await this.client.list('tools', { isSteady: true })
    this.#items = items
    this.#takenAt = performance.now()
    this.#freshUntil = this.#takenAt + ttlMs
  }

  /** Find out which instances are well, until one is; the list is then asked of that one. */
  async #look(): Promise<void> {
    const { instances } = this.client
    if (instances.length < 2) return
    await Promise.any(instances.map((instance) => this.client.probe(instance))).catch(() => undefined)
  }
}
