import { ConflictError } from '@atoll/errors'
import { z } from 'zod'
import { Milliseconds } from '../units.ts'

export const LeaseConfig = z.object({
  /** How long an instance that registered may be silent. */
  GATEWAY_LEASE: Milliseconds.refine(
    (milliseconds) => milliseconds >= 300 && milliseconds <= 600_000,
    'must be between 300ms and 10m',
  ).prefault('15s'),
})

/** An instance that registered itself, and until when that holds. */
export const Lease = z
  .object({
    server: z.string(),
    /** Its MCP endpoint. */
    url: z.url(),
    /** Names the process, so that a late word of the one before it at the same URL does not count. */
    instance: z.string(),
    state: z.enum(['ready', 'draining']),
    /** Milliseconds since the epoch. */
    until: z.number(),
  })
  .readonly()
export type Lease = z.output<typeof Lease>

export interface LeasesOptions {
  /** Milliseconds. */
  readonly lifetime: number
  /** Whether an instance may be where another replica says that it is. */
  isAllowed(lease: Lease): boolean
  /** Told of the leases of one server when they are not what they were. */
  onChange(server: string, leases: readonly Lease[]): void
  /** Told of what an instance said here. */
  onAnnounce?(lease: Lease, isNews: boolean): void
}

interface Held {
  readonly lease: Lease
  /** It is, or was, renewed at another replica. */
  readonly isRemote: boolean
}

/** Instances of one server at most. */
const MAX_INSTANCES = 256

/** Who registered. One that is silent for a lifetime is gone. */
export class Leases {
  readonly lifetime: number
  readonly #options: LeasesOptions
  readonly #held = new Map<string, Map<string, Held>>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: LeasesOptions) {
    this.lifetime = options.lifetime
    this.#options = options
  }

  /**
   * An instance says that it is there, or that it stops. Returns its lease, and whether more than its end is new.
   * Throws ConflictError when there are too many.
   */
  announce(announcement: Omit<Lease, 'until'>): { lease: Lease; isNews: boolean } {
    const { server, url } = announcement
    const held = this.#held.get(server)
    const known = held?.get(url)?.lease
    if (held && !known && held.size >= MAX_INSTANCES)
      throw new ConflictError(`${server} has ${MAX_INSTANCES} instances already, which is the most.`)
    const isLate = announcement.state === 'draining' && known && known.instance !== announcement.instance
    if (isLate) return { lease: known, isNews: false }
    const lease = this.#hold({ ...announcement, until: Date.now() + this.lifetime }, false)
    const isNews = known?.instance !== lease.instance || known.state !== lease.state
    this.#options.onAnnounce?.(lease, isNews)
    return { lease, isNews }
  }

  /** What another replica was told. */
  learn(lease: Lease): void {
    const known = this.#held.get(lease.server)?.get(lease.url)?.lease
    // Whoever said goodbye says nothing after it, whatever the clock of who heard it.
    const isGoodbye =
      lease.state === 'draining' && known?.state === 'ready' && known.instance === lease.instance
    const isNewer = !known || known.until < lease.until || isGoodbye
    if (isNewer && lease.until > Date.now() && this.#options.isAllowed(lease)) this.#hold(lease, true)
  }

  /** Of those that stop and are not gone yet. */
  get goodbyes(): readonly Lease[] {
    const now = Date.now()
    return [...this.#held.values()]
      .flatMap((held) => Array.from(held.values(), ({ lease }) => lease))
      .filter(({ state, until }) => state === 'draining' && until > now)
  }

  /** Nobody can say what other replicas are told now: what they were told goes on for one more lifetime. */
  extendLearned(): void {
    const until = Date.now() + this.lifetime
    for (const held of this.#held.values())
      for (const [url, { lease, isRemote }] of held)
        if (isRemote) held.set(url, { lease: { ...lease, until }, isRemote })
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#held.clear()
  }

  #hold(given: Lease, isRemote: boolean): Lease {
    const { server, url, instance } = given
    const held = this.#held.get(server) ?? new Map<string, Held>()
    this.#held.set(server, held)
    const before = held.get(url)
    const known = before?.lease.instance === instance ? before : undefined
    // A process that said goodbye does not come back; a heartbeat of its own may have been overtaken.
    const isLeaving = known?.lease.state === 'draining'
    const lease: Lease = isLeaving ? { ...given, state: 'draining' } : given
    // Behind a load balancer the next heartbeat may be heard elsewhere again.
    held.set(url, { lease, isRemote: isRemote || known?.isRemote === true })
    this.#tell(server)
    this.#timer ??= this.#schedule()
    return lease
  }

  #expire(): void {
    this.#timer = undefined
    const now = Date.now()
    for (const [server, held] of this.#held) {
      const silent = [...held].filter(([, { lease }]) => lease.until <= now)
      for (const [url] of silent) held.delete(url)
      if (silent.length > 0) this.#tell(server)
    }
    this.#timer = this.#schedule()
  }

  #schedule(): NodeJS.Timeout | undefined {
    const ends = [...this.#held.values()].flatMap((held) =>
      [...held.values()].map(({ lease }) => lease.until),
    )
    if (ends.length === 0) return undefined
    return setTimeout(() => this.#expire(), Math.max(1, Math.min(...ends) - Date.now())).unref()
  }

  #tell(server: string): void {
    const held = this.#held.get(server)?.values() ?? []
    this.#options.onChange(
      server,
      Array.from(held, ({ lease }) => lease),
    )
  }
}
