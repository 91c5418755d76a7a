import type { Principal } from '@atoll/auth'
import type { Params } from '@atoll/client'
import { ProtocolError, type SubscriptionFilter } from '@atoll/server-kit'
import { authorizationContext } from '../authorization-context.ts'
import type { FreshCredentials } from '../outbound.ts'
import type { Upstream } from '../upstream.ts'
import { intersection, isEmpty, LIST_CHANGES, offeredOf, union } from './filter.ts'
import { KeptStream } from './kept-stream.ts'

/** One subscription of a client, as far as it is about one server. */
export interface Follower {
  readonly principal: Principal
  /** In the words of the server. */
  readonly wants: SubscriptionFilter
  /** Told of everything that its user hears from the server. */
  hear(method: string, params: Params): void
}

interface User {
  readonly stream: KeptStream
  readonly followers: Set<Follower>
  /** What they want together. */
  wanted: SubscriptionFilter
  /** Some of them have left, which is seen to soon. */
  isLeft: boolean
}

const INVALID_PARAMS = -32602
/** Of one user at one server: what a server of the kit takes on one subscription. */
const MOST = { resourceSubscriptions: 1000, taskIds: 100 }

/**
 * What users hear of one server that not everybody hears: their own lists, the resources that they named, and their tasks.
 * One stream for each user, asked for as that user, however many clients they listen with.
 */
export class UserStreams {
  readonly #upstream: Upstream
  readonly #users = new Map<string, User>()
  readonly #stopHearing: () => void

  constructor(upstream: Upstream) {
    this.#upstream = upstream
    this.#stopHearing = upstream.onNews(() => {
      for (const user of this.#users.values()) void this.#arrange(user, true)
    })
  }

  /** Resolves to what the server will tell; all that it offers while it cannot be asked. Throws ProtocolError. */
  async join(follower: Follower): Promise<SubscriptionFilter> {
    const context = authorizationContext(follower.principal)
    const user = this.#users.get(context) ?? this.#newUser(context)
    user.followers.add(follower)
    try {
      user.wanted = this.#allOf(user.followers)
      this.#check(user)
      const possible = this.#possible(follower)
      await user.stream.want(user.wanted)
      const { acknowledged } = user.stream
      return acknowledged ? intersection(possible, acknowledged) : possible
    } catch (error) {
      this.leave(follower)
      throw error
    }
  }

  leave(follower: Follower): void {
    const context = authorizationContext(follower.principal)
    const user = this.#users.get(context)
    if (!user?.followers.delete(follower)) return
    if (user.followers.size === 0) {
      user.stream.close()
      this.#users.delete(context)
    } else if (!user.isLeft) {
      user.isLeft = true
      // Clients often leave together: what is left to want is worked out once.
      setImmediate(() => {
        user.isLeft = false
        if (this.#users.get(context) === user) void this.#arrange(user)
      })
    }
  }

  /** Users with a stream. */
  get open(): number {
    return [...this.#users.values()].filter(({ wanted }) => !isEmpty(wanted)).length
  }

  close(): void {
    this.#stopHearing()
    for (const { stream } of this.#users.values()) stream.close()
    this.#users.clear()
  }

  async #arrange(user: User, isNews = false): Promise<void> {
    user.wanted = this.#allOf(user.followers)
    if (isNews) void user.stream.retry()
    await user.stream.want(user.wanted)
  }

  #newUser(context: string): User {
    const { client, config } = this.#upstream
    const followers = new Set<Follower>()
    const stream = new KeptStream({
      client,
      timeout: config.timeout,
      credentials: () => this.#credentialsOf(followers),
      onNotification: (method, params) => this.#hear(followers, method, params),
      onGap: (acknowledged) => this.#fillGap(followers, acknowledged),
    })
    const user: User = { stream, followers, wanted: {}, isLeft: false }
    this.#users.set(context, user)
    return user
  }

  #check({ wanted }: User): void {
    const { config } = this.#upstream
    if (!isEmpty(wanted) && this.open > config.streams)
      throw new ProtocolError(
        INVALID_PARAMS,
        `Too many people listen to ${config.name} here. Ask for what you need instead, or try again later.`,
      )
    for (const kind of ['resourceSubscriptions', 'taskIds'] as const)
      if ((wanted[kind]?.length ?? 0) > MOST[kind])
        throw new ProtocolError(
          INVALID_PARAMS,
          `You listen to too much of ${config.name}: at most ${MOST[kind]} ${kind}, over all your subscriptions.`,
        )
  }

  #allOf(followers: ReadonlySet<Follower>): SubscriptionFilter {
    return union([...followers].map((follower) => this.#possible(follower)))
  }

  /** What of its wants the server offers, and does not tell everybody anyway. */
  #possible({ principal, wants }: Follower): SubscriptionFilter {
    const { discovery } = this.#upstream
    const own = LIST_CHANGES.map(({ flag, kinds }) => [
      flag,
      wants[flag] === true && kinds.some((kind) => this.#upstream.isOwn(kind, principal)),
    ])
    const wanted = { ...wants, ...Object.fromEntries(own) }
    return discovery ? offeredOf(wanted, discovery.capabilities) : union([wanted])
  }

  /** As the one of them whose token lives longest; they differ in nothing else. */
  async #credentialsOf(followers: ReadonlySet<Follower>): Promise<FreshCredentials> {
    const [principal] = [...followers].map((each) => each.principal).sort((a, b) => b.expiresAt - a.expiresAt)
    if (!principal) throw new TypeError('Nobody listens')
    return this.#upstream.credentialsFor(principal).fresh()
  }

  #hear(followers: ReadonlySet<Follower>, method: string, params: Params): void {
    const change = LIST_CHANGES.find((each) => each.method === method)
    for (const follower of [...followers]) {
      // Whoever is told asks again, and must not be shown what they saw before.
      if (change) this.#upstream.dropOwn(change.kinds, follower.principal)
      follower.hear(method, params)
    }
  }

  #fillGap(followers: ReadonlySet<Follower>, acknowledged: SubscriptionFilter): void {
    for (const { flag, method } of LIST_CHANGES) if (acknowledged[flag]) this.#hear(followers, method, {})
    for (const uri of acknowledged.resourceSubscriptions ?? [])
      this.#hear(followers, 'notifications/resources/updated', { uri })
  }
}
