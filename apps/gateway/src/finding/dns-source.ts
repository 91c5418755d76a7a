import type { RecordWithTtl } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { isIPv6 } from 'node:net'
import type { AddressGuard } from '@atoll/client'
import type { Logger } from '@atoll/telemetry'
import type { DnsConfig } from '../config.ts'
import { admitting } from './admitting.ts'
import type { Found } from './members.ts'

export interface DnsSourceOptions {
  readonly server: string
  readonly config: DnsConfig
  /** Which addresses count. */
  readonly guard: AddressGuard
  readonly logger: Logger
  onFound(found: readonly Found[]): void
}

/** Milliseconds. */
const SHORTEST_REST = 1_000
const DEADLINE = 2_000
/** Answers that say that there is nobody. Any other failure says nothing. */
const NOBODY: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA'])
/** Instances of one server at most. */
const MAX_INSTANCES = 256

interface At {
  readonly address: string
  readonly port: number
  readonly weight?: number
}

interface Answer {
  readonly places: readonly At[]
  /** Milliseconds. */
  readonly ttl: number
}

type Records = Map<string, readonly RecordWithTtl[]>

/** The instances behind a name in DNS, such as a headless service: resolved again when the answer has expired. */
export class DnsSource {
  readonly #options: DnsSourceOptions
  readonly #resolver: Resolver
  readonly #admit: ReturnType<typeof admitting>
  #timer: NodeJS.Timeout | undefined
  /** What each name had when it was last looked at, by family. */
  #last: Records = new Map()
  #isFailing = false
  #isClosed = false

  constructor(options: DnsSourceOptions) {
    this.#options = options
    this.#admit = admitting(options)
    this.#resolver = new Resolver({ timeout: DEADLINE / 2, tries: 2 })
    const { servers } = options.config
    if (servers) this.#resolver.setServers(servers)
  }

  /** Resolves when the first answer is there, or late. Never rejects. */
  async start(): Promise<void> {
    const rest = await this.#look()
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.start(), rest).unref()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#resolver.cancel()
  }

  /** Returns milliseconds until the next look. */
  async #look(): Promise<number> {
    const { config, server, logger, onFound } = this.#options
    try {
      const records: Records = new Map()
      const { places: all, ttl } = await (config.type === 'SRV'
        ? this.#services(records)
        : this.#addresses(records, config.name))
      this.#last = records
      if (this.#isClosed) return 0
      if (this.#isFailing) logger.info({ server }, 'The name of a server can be resolved again')
      this.#isFailing = false
      const places = this.#admit(all, ({ address }) => address).slice(0, MAX_INSTANCES)
      onFound(
        places.map(({ address, port, ...rest }) => ({ url: urlOf(address, port, config.path), ...rest })),
      )
      return Math.max(SHORTEST_REST, Math.min(ttl, config.interval))
    } catch (error) {
      if (this.#isClosed) return 0
      if (!this.#isFailing)
        logger.warn(
          { server, err: error },
          'The name of a server cannot be resolved; its last instances stay',
        )
      this.#isFailing = true
      return SHORTEST_REST
    }
  }

  async #addresses(known: Records, name: string, port = this.#options.config.port): Promise<Answer> {
    const asked = await Promise.allSettled([
      this.#resolver.resolve4(name, { ttl: true }).catch(unlessNobody),
      this.#resolver.resolve6(name, { ttl: true }).catch(unlessNobody),
    ])
    // Some name servers fail for the family of which they have nothing (RFC 4074).
    const failed = asked.find((each) => each.status === 'rejected')
    if (failed && !asked.some((each) => each.status === 'fulfilled' && each.value.length > 0))
      throw failed.reason
    const records = asked.flatMap((each, family) => {
      const key = `${family} ${name}`
      const found = each.status === 'fulfilled' ? each.value : (this.#last.get(key) ?? [])
      known.set(key, found)
      return found
    })
    const places = records.map(({ address }) => ({ address, port }))
    const ttls = records.map(({ ttl }) => ttl * 1000)
    return { places, ttl: Math.min(...ttls, this.#options.config.interval) }
  }

  /** RFC 2782: only those of the first priority, each with its weight beside the others' mean. */
  async #services(known: Records): Promise<Answer> {
    const { name, interval } = this.#options.config
    const services = await this.#resolver.resolveSrv(name).catch(unlessNobody)
    const best = Math.min(...services.map(({ priority }) => priority))
    const first = services.filter(({ priority }) => priority === best)
    const mean = first.reduce((sum, { weight }) => sum + weight, 0) / first.length
    const answers = await Promise.all(
      first.map(async ({ name: host, port, weight }) => {
        const { places, ttl } = await this.#addresses(known, host, port)
        // Without any weight all are alike; the addresses of one target share its weight.
        const share = mean === 0 ? 1 : weight / mean / Math.max(1, places.length)
        return { places: places.map((each) => ({ ...each, weight: share })), ttl }
      }),
    )
    const ttl = Math.min(interval, ...answers.map((answer) => answer.ttl))
    return { places: answers.flatMap(({ places }) => places), ttl }
  }
}

function urlOf(address: string, port: number, path: string): string {
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}${path}`
}

function unlessNobody(error: NodeJS.ErrnoException): never[] {
  if (NOBODY.has(error.code)) return []
  throw error
}
