import type { Principal } from '@atoll/auth'
import {
  type AddressGuard,
  Client,
  type ClientEvent,
  type Discovery,
  type Instance,
  type ListKind,
  type Params,
  type RequestOptions,
  type Result,
} from '@atoll/client'
import type { Telemetry } from '@atoll/telemetry'
import { audienceOf, type ServerConfig, slowAfterOf, urlsOf } from './config.ts'
import type { Entry } from './entry.ts'
import type { Exposure } from './exposure.ts'
import { Members } from './finding/members.ts'
import type { LastGood } from './last-good.ts'
import type { ListsOptions } from './lists.ts'
import { Looks, type UpstreamState } from './looks.ts'
import type { CallerCredentials, OwnCredentials } from './outbound.ts'
import { PrivateLists } from './private-lists.ts'
import { RememberedRights, type Rights } from './rights.ts'
import { scopesAt, scopesFor } from './scopes.ts'
import type { Section } from './section.ts'
import type { StaleAnswers } from './stale/stale-answers.ts'

export interface UpstreamOptions {
  readonly config: ServerConfig
  /** What its things are called. */
  readonly exposure: Exposure
  readonly info: { name: string; version: string }
  /** The gateway's own credentials for this server, which open nothing but its lists. */
  readonly own: OwnCredentials
  /** Credentials on behalf of a caller. */
  forCaller(
    principal: Principal,
    scopes: readonly string[],
    mayDelegate?: readonly string[],
  ): CallerCredentials
  /** Where its instances may be. */
  readonly guard?: AddressGuard
  readonly telemetry?: Telemetry
  /** Calls at once, over all instances. */
  readonly maxCalls?: number
  /** Keeps answers for when the server cannot be reached. */
  readonly stale?: StaleAnswers | undefined
  /** Told of a list before anybody is shown it, whoever it is for. */
  readonly onListed?: ListsOptions['onListed']
  /** Told which lists are not what they were. */
  onChange(kinds: readonly ListKind[]): void
  /** Told when the server is found to be up or down, and why. */
  onState?(state: UpstreamState, error?: unknown): void
  /** Told when an instance is found to be other than before, and why. */
  onHealth?(instance: Instance, error?: unknown): void
  /** Told when the circuit breaker of an instance opens or closes. */
  onBreaker?(instance: Instance): void
  /** Told of retries and the like, to be counted. */
  onEvent?(event: ClientEvent): void
}

/** What is asked on behalf of a caller says whose; without it, the client would ask as the gateway itself. */
export type CallerRequest = RequestOptions & { readonly credentials: CallerCredentials }

/**
 * One server behind the gateway: its instances, how they are, and the last good lists of what it offers, refreshed in the
 * background so that no caller waits for a server that is slow or gone.
 */
export class Upstream {
  readonly name: string
  readonly config: ServerConfig
  readonly exposure: Exposure
  readonly members: Members
  readonly stale: StaleAnswers | undefined
  readonly #options: UpstreamOptions
  readonly #client: Client
  readonly #private: PrivateLists
  readonly #looks: Looks
  readonly #last: LastGood
  readonly #rights = new RememberedRights()

  constructor(options: UpstreamOptions) {
    const { config, exposure, info, own, guard, telemetry, maxCalls, stale } = options
    this.#options = options
    this.stale = stale
    this.name = config.name
    this.config = config
    this.exposure = exposure
    this.#client = new Client({
      name: config.name,
      url: audienceOf(config),
      instances: [],
      info,
      credentials: own,
      timeout: config.timeout,
      slowAfter: slowAfterOf(config),
      hedge: config.hedge,
      ...(maxCalls !== undefined && { maxInFlight: maxCalls }),
      maxInFlightPerInstance: config.maxCallsPerInstance,
      pool: { maxAnswer: config.maxAnswer, ...(guard && { guard }) },
      ...(telemetry && { telemetry }),
      onHealth: (instance, error) => options.onHealth?.(instance, error),
      onUnreachable: () => this.nudge(),
      onBreaker: (instance) => options.onBreaker?.(instance),
      onEvent: (event) => options.onEvent?.(event),
    })
    this.#looks = new Looks({
      ...{ config, exposure, client: this.#client, onListed: options.onListed },
      onChange: (kinds) => options.onChange(kinds),
      onState: (state, error) => options.onState?.(state, error),
    })
    this.#last = this.#looks.last
    this.members = new Members((members, isNews) => {
      this.#client.setInstances(members)
      if (isNews && this.#looks.hasBegun) this.nudge()
    })
    this.members.set(
      'configuration',
      urlsOf(config).map((url) => ({ url })),
    )
    this.#private = new PrivateLists({
      exposure,
      client: this.#client,
      timeout: config.timeout,
      onListed: options.onListed,
      forCaller: (principal) => this.credentialsFor(principal),
    })
  }

  /** For what the gateway does by itself. What a caller asks for goes through `request`. */
  get client(): Pick<Client, 'name' | 'instances' | 'listen'> {
    return this.#client
  }

  get state(): UpstreamState {
    return this.#looks.state
  }
  get discovery(): Discovery | undefined {
    return this.#last.discovery
  }
  /** When the lists were last found to be right; milliseconds since the epoch. */
  get takenAt(): number | undefined {
    return this.#last.takenAt
  }
  /** Why the last look failed. */
  get failure(): { readonly at: number; readonly error: unknown } | undefined {
    return this.#looks.failure
  }
  get problems(): readonly string[] {
    return this.#last.problems
  }

  /** The gateway's own credentials, which open nothing but lists. */
  get own(): OwnCredentials {
    return this.#options.own
  }

  /** Call `listener` when the server is found to be other than before. Returns how to stop. */
  onNews(listener: () => void): () => void {
    return this.#looks.onNews(listener)
  }

  /** What the gateway itself was shown; undefined until the server was reached once. */
  shared(kind: ListKind): Section | undefined {
    return this.#last.sections[kind]
  }

  /** A list as this caller may see it. A promise only where nothing is known yet, or the list is the caller's own. */
  section(kind: ListKind, principal: Principal): Section | undefined | Promise<Section | undefined> {
    const shared = this.#last.sections[kind]
    if (!shared) {
      if (this.state !== 'starting') return undefined
      return this.refresh().then(() =>
        this.#last.sections[kind] ? this.section(kind, principal) : undefined,
      )
    }
    return this.#hasOwn(kind, shared, principal)
      ? this.#private.section(kind, principal, this.#last.sections, this.#isSlow)
      : shared
  }

  /** Whether this caller may see something else in this list than others do. */
  isOwn(kind: ListKind, principal: Principal): boolean {
    const shared = this.#last.sections[kind]
    return shared !== undefined && !isShared(shared, principal)
  }

  /** What this caller was shown of their own lists has changed. */
  dropOwn(kinds: readonly ListKind[], principal: Principal): void {
    this.#private.drop(kinds, principal)
  }

  /** The server says that lists have changed: nobody is told that they are fresh, and all who listen after a look. */
  changed(kinds: readonly ListKind[]): void {
    this.#private.drop(kinds)
    this.#last.tell(kinds)
    this.nudge()
  }

  /** To ask the server for something as this caller: with these scopes, or with those that it names. */
  credentialsFor(
    principal: Principal,
    scopes: readonly string[] = scopesAt(this, principal),
    mayDelegate?: readonly string[],
  ): CallerCredentials {
    return this.#options.forCaller(principal, scopes, mayDelegate)
  }

  /** With what a call of this entry goes out. Throws InsufficientScopeError where the caller lacks a scope that it needs. */
  rightsFor(principal: Principal, entry: Entry | undefined): Rights {
    return this.#rights.of(principal, entry, this.#last.sections, () => {
      const scopes = scopesFor(this, entry, principal)
      return { scopes, credentials: this.credentialsFor(principal, scopes, entry?.delegates) }
    })
  }

  /** One request of a caller. Throws what the client throws. */
  request(method: string, params: Params, options: CallerRequest): Promise<Result> {
    return this.#client.request(method, params, options)
  }

  /** The entry behind an exposed name or URI, for this caller: what they are told of it comes before what others are told. */
  find(
    kind: ListKind,
    exposed: string,
    principal: Principal,
  ): Entry | undefined | Promise<Entry | undefined> {
    const shared = this.#last.sections[kind]
    const others = shared?.byExposed.get(exposed)
    if (shared && !this.#hasOwn(kind, shared, principal)) return others
    const recent = this.#private.recent(principal)
    const own = recent?.[kind]?.byExposed.get(exposed) ?? (recent && others)
    if (own) return own
    const section = this.section(kind, principal)
    if (section instanceof Promise) return section.then((list) => list?.byExposed.get(exposed) ?? others)
    return section?.byExposed.get(exposed) ?? others
  }

  /** The same, as far as it is known already: a caller's own lists may not have been asked for yet. */
  findKnown(kind: ListKind, exposed: string, principal: Principal): Entry | undefined {
    const shared = this.#last.sections[kind]
    const others = shared?.byExposed.get(exposed)
    if (!shared || !this.#hasOwn(kind, shared, principal)) return others
    return this.#private.known(kind, principal)?.byExposed.get(exposed) ?? others
  }

  /** Look at the server now; one look at a time. Never rejects. */
  refresh(): Promise<void> {
    return this.#looks.now()
  }

  /** Something hints that the server is not what it was: look soon, in the background. */
  nudge(): void {
    this.#looks.soon()
  }

  async close(): Promise<void> {
    this.#looks.stop()
    this.#private.clear()
    await this.#client.close()
  }

  /** Whether a list of the caller's own is kept. Their resources are listed page by page, and found by their URI alone. */
  #hasOwn(kind: ListKind, shared: Section, principal: Principal): boolean {
    return kind !== 'resources' && !isShared(shared, principal)
  }

  /** It is down, or has no instance that answers in time: whoever asks everybody does not wait for it. */
  get #isSlow(): boolean {
    const isQuick = ({ health, isDraining }: Instance) => !isDraining && health !== 'degraded'
    return this.state === 'down' || !this.client.instances.some(isQuick)
  }
}

/** Whether everybody sees the same; somebody unknown sees what the gateway itself was shown. */
function isShared(section: Section, principal: Principal): boolean {
  return section.cacheScope === 'public' || principal.expiresAt * 1000 <= Date.now()
}
