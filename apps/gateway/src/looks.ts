import type { Client, ListKind } from '@atoll/client'
import { UnavailableError } from '@atoll/errors'
import { type ServerConfig, slowAfterOf } from './config.ts'
import type { Exposure } from './exposure.ts'
import { LastGood } from './last-good.ts'
import { fetchLists, KINDS, type ListsOptions } from './lists.ts'
import { Looking } from './looking.ts'

/** `starting` until the first attempt to reach it has ended; then what the last attempt found. */
export type UpstreamState = 'starting' | 'up' | 'down'

export interface LooksOptions {
  readonly config: ServerConfig
  readonly exposure: Exposure
  readonly client: Client
  /** Told of a list before anybody is shown it. */
  readonly onListed: ListsOptions['onListed']
  /** Told which lists are not what they were. */
  onChange(kinds: readonly ListKind[]): void
  /** Told when the server is found to be up or down, and why. */
  onState(state: UpstreamState, error?: unknown): void
}

/** Milliseconds between two looks at a server that is up; sooner when its lists go stale before. */
const LONGEST_REST = 30_000
const SHORTEST_REST = 5_000
/** Milliseconds before the second look at a server that is down; doubles up to LONGEST_REST. */
const FIRST_RETRY = 500

/** Asks a server in the background, again and again, how its instances are and what it offers. */
export class Looks {
  readonly last = new LastGood()
  readonly #options: LooksOptions
  #state: UpstreamState = 'starting'
  #failure: { at: number; error: unknown } | undefined
  #failures = 0
  #hasBegun = false
  readonly #listeners = new Set<() => void>()
  readonly #looking = new Looking(
    () => this.#look(),
    () => this.#rest(),
  )

  constructor(options: LooksOptions) {
    this.#options = options
  }

  /** Whether there was a look, or the first is under way. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }
  get state(): UpstreamState {
    return this.#state
  }
  /** Why the last look failed. */
  get failure(): { readonly at: number; readonly error: unknown } | undefined {
    return this.#failure
  }

  /** Call `listener` when the server is found to be other than before. Returns how to stop. */
  onNews(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Look now, or join the look that is under way. Never rejects. */
  now(): Promise<void> {
    this.#hasBegun = true
    return this.#looking.now()
  }

  /** Look soon, in the background. */
  soon(): void {
    this.#looking.soon()
  }

  stop(): void {
    this.#looking.stop()
  }

  async #look(): Promise<void> {
    const { config, exposure, client, onListed } = this.#options
    const deadline = performance.now() + config.timeout
    const told = this.last.takeTold()
    try {
      await this.#probe()
      const discovery = await client.discover()
      const timeout = Math.max(1, deadline - performance.now())
      const lists = await fetchLists({
        ...{ exposure, client, timeout, previous: this.last.sections, onListed },
        kinds: KINDS,
        credentials: 'own',
      })
      if (lists.failures.length === KINDS.length) throw lists.failures[0]
      const before = JSON.stringify(this.last.discovery?.capabilities)
      const changed = this.last.accept(discovery, lists, told)
      this.#accept(changed, before !== JSON.stringify(discovery.capabilities))
    } catch (error) {
      this.last.tell(told)
      if (this.#looking.isStopped) return
      this.#failures++
      this.#failure = { at: Date.now(), error }
      this.#enter('down', error)
    }
  }

  /** How each instance is. Slow ones are not waited for once another has answered. */
  async #probe(): Promise<void> {
    const { client, config } = this.#options
    const asked = client.instances.filter(({ isDraining }) => !isDraining)
    if (asked.length === 0)
      throw new UnavailableError(`${client.name} has no instance right now.`, { retryAfter: 5 })
    const probes = asked.map((instance) => client.probe(instance))
    const first = Promise.any(probes)
    const soon = pause(slowAfterOf(config)).then(() => first)
    await Promise.race([Promise.allSettled(probes), soon]).catch(() => {})
    // All failed: any reason is as good as the others.
    await first.catch(() => probes[0])
  }

  #accept(changed: readonly ListKind[], offersOther: boolean): void {
    this.#failures = 0
    this.#failure = undefined
    this.#enter('up')
    if (changed.length > 0) this.#options.onChange(changed)
    if (changed.length > 0 || offersOther) this.#spread()
  }

  #spread(): void {
    for (const listener of this.#listeners) listener()
  }

  #enter(state: UpstreamState, error?: unknown): void {
    if (this.#state === state) return
    this.#state = state
    this.#options.onState(state, error)
    this.#spread()
  }

  #rest(): number {
    if (this.#failures > 0) {
      const longest = Math.min(FIRST_RETRY * 2 ** (this.#failures - 1), LONGEST_REST)
      // Spread, so that many gateways do not return at the same moment.
      return longest * (0.5 + Math.random() / 2)
    }
    const isAiling = this.#options.client.instances.some(({ health }) => health === 'unhealthy')
    if (isAiling) return SHORTEST_REST
    return Math.min(Math.max(this.last.freshUntil - Date.now(), SHORTEST_REST), LONGEST_REST)
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
