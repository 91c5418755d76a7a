import { NotFoundError } from '@atoll/errors'
import type { Client } from '../client.ts'
import type { Listed } from '../listed.ts'

/** Milliseconds for which a list is believed where its server does not say, and for which it will do for a call. */
const USUAL_TTL = 30_000

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

  /** Throws NotFoundError for a tool that it does not have, and why it could not be asked. */
  async find(tool: string): Promise<Listed> {
    const known = this.#items.find(({ name }) => name === tool)
    if (known && performance.now() < this.#takenAt + USUAL_TTL) return known
    // An older list will do where there is no newer one: the call itself tells.
    await this.#refresh().catch((error) => {
      if (!known) throw error
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
