import { AskError, ask, open } from '../api/ask.ts'
import type { Call, Fleet, FullFleet, Offer, Page, Server, Tool } from '../api/model.ts'
import { readEvents } from './event-stream.ts'

export interface LiveState {
  readonly connection: 'connecting' | 'live' | 'reconnecting'
  /** When the fleet was last told, by this machine's clock; milliseconds since the epoch. */
  readonly toldAt: number | undefined
  readonly servers: readonly Server[]
  /** Of each server, those that this person is shown. */
  readonly tools: ReadonlyMap<string, readonly Tool[]>
  readonly offers: ReadonlyMap<string, Offer>
  readonly isLoaded: boolean
  /** Newest first. */
  readonly calls: readonly Call[]
}

/** Milliseconds without a word after which the connection counts as lost: the fleet is told each second. */
const SILENCE = 10_000
/** Milliseconds before the first try to come back, and at most. */
const RETRY = { first: 500, most: 10_000 }
/** Milliseconds between two looks at the tools while nothing seems to change. */
const TOOLS_EVERY = 60_000
/** Calls that are kept. */
const KEPT = 200
/** Milliseconds for which calls are gathered before they are shown: hundreds a second are nothing to look at one by one. */
const GATHER = 200

/** The fleet as the gateway tells it, second by second, for as long as it is watched. */
export class LiveFleet {
  #state: LiveState = {
    ...{ connection: 'connecting', toldAt: undefined, servers: [], isLoaded: false, calls: [] },
    ...{ tools: new Map(), offers: new Map() },
  }
  readonly #listeners = new Set<() => void>()
  #watching: AbortController | undefined
  #shape = ''
  #toolsAt = 0
  readonly #gathered: Call[] = []
  #gathering: ReturnType<typeof setTimeout> | undefined

  readonly state = (): LiveState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (!this.#watching) {
      this.#watching = new AbortController()
      void this.#watch(this.#watching.signal)
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#watching?.abort()
      this.#watching = undefined
    }
  }

  /** Look at the tools again: something was said to have changed. */
  async reload(signal?: AbortSignal): Promise<void> {
    this.#toolsAt = Date.now()
    const { servers } = await ask<FullFleet>('fleet', signal ? { signal } : {})
    this.#shape = shapeOf(servers)
    const tools = new Map(servers.map((server) => [server.name, server.tools]))
    const offers = new Map(servers.map((server) => [server.name, server]))
    this.#set({ servers, tools, offers, isLoaded: true })
  }

  async #watch(signal: AbortSignal): Promise<void> {
    let wait = RETRY.first
    while (!signal.aborted) {
      try {
        await this.#follow(signal, () => {
          wait = RETRY.first
        })
      } catch (error) {
        // Signing in starts anew.
        if (signal.aborted || (error instanceof AskError && error.status === 401)) return
      }
      if (signal.aborted) return
      this.#set({ connection: 'reconnecting' })
      // Browsers that lost the same gateway do not all come back at once.
      await pause(wait * (0.5 + Math.random()), signal)
      wait = Math.min(wait * 2, RETRY.most)
    }
  }

  async #follow(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const lost = new AbortController()
    const either = AbortSignal.any([signal, lost.signal])
    let silence = setTimeout(() => lost.abort(), SILENCE)
    try {
      const { body } = await open('events', { signal: either })
      if (!body) return
      const [{ entries }] = await Promise.all([ask<Page>('calls', { signal: either }), this.reload(either)])
      this.#set({ connection: 'live', calls: entries })
      onOpen()
      for await (const { event, data } of readEvents(body)) {
        clearTimeout(silence)
        silence = setTimeout(() => lost.abort(), SILENCE)
        if (event === 'fleet') this.#tellFleet(JSON.parse(data), either)
        if (event === 'call') this.#tellCall(JSON.parse(data))
      }
    } finally {
      clearTimeout(silence)
      lost.abort()
    }
  }

  #tellFleet({ servers }: Fleet, signal: AbortSignal): void {
    this.#set({ servers, toldAt: Date.now() })
    const isOld = Date.now() - this.#toolsAt > TOOLS_EVERY
    if (shapeOf(servers) !== this.#shape || isOld) this.reload(signal).catch(() => {})
  }

  #tellCall(call: Call): void {
    this.#gathered.push(call)
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined
      const told = this.#gathered.splice(0).reverse()
      const known = new Set(this.#state.calls.map(keyOf))
      // Those told while the first were asked for come twice.
      const news = told.filter((each) => !known.has(keyOf(each)))
      if (news.length > 0) this.#set({ calls: [...news, ...this.#state.calls].slice(0, KEPT) })
    }, GATHER)
  }

  #set(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}

function keyOf({ requestId, name, time }: Call): string {
  return `${requestId} ${name} ${time}`
}

/** What tools come and go with. */
function shapeOf(servers: readonly Server[]): string {
  return servers.map(({ name, state, revision }) => `${name} ${state} ${revision}`).join()
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
