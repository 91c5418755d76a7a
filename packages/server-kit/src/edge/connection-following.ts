import type { Principal } from '@atoll/auth'
import { CallerGoneError, Cancellation } from './cancellation.ts'
import { INVALID_PARAMS, ProtocolError } from './protocol-error.ts'
import type { Call, Following, Service, SubscriptionFilter, Tell } from './service.ts'

const LISTS = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }

/**
 * What one connection of the 2025 era follows through a service that follows: each resource it subscribed to, and, while
 * it has a stream, the lists. All of it as the one who is at the other end, and for as long as their token lives.
 */
export class ConnectionFollowing {
  readonly #follow: NonNullable<Service['follow']>
  readonly #tell: Tell
  readonly #uris = new Map<string, Following>()
  /** The last request of each resource that is to be followed, until it is. */
  readonly #beginning = new Map<string, object>()
  readonly #cancellation = new Cancellation()
  #lists: { of: Principal; following: Promise<Following | undefined> } | undefined

  constructor(follow: NonNullable<Service['follow']>, tell: Tell) {
    this.#follow = follow
    this.#tell = tell
  }

  /** Throws ProtocolError, which says why, where changes of the resource cannot be followed. */
  async subscribe(uri: string, principal: Principal, requestId: string): Promise<void> {
    const request = {}
    this.#beginning.set(uri, request)
    const isWanted = () => this.#beginning.get(uri) === request
    try {
      const following = await this.#begin({ resourceSubscriptions: [uri] }, principal, requestId)
      if (!following.resourceSubscriptions.includes(uri)) {
        following.stop()
        const reason = following.whyNot?.(uri) ?? 'Its changes cannot be followed.'
        throw new ProtocolError(INVALID_PARAMS, `Cannot subscribe to this resource: ${reason}`, { uri })
      }
      this.#take(uri, following, isWanted())
    } finally {
      if (isWanted()) this.#beginning.delete(uri)
    }
  }

  unsubscribe(uri: string): void {
    this.#beginning.delete(uri)
    this.#uris.get(uri)?.stop()
    this.#uris.delete(uri)
  }

  /** A stream was opened with this token: from now on everything is heard as its principal. */
  listenAs(principal: Principal, requestId: string): void {
    this.#stopLists()
    const begun = this.#begin(LISTS, principal, requestId).catch(() => undefined)
    this.#lists = { of: principal, following: begun }
    // One that this token may not follow is not heard of any more.
    for (const [uri, before] of this.#uris) void this.#renew(uri, before, principal, requestId)
  }

  /** The stream that was opened with this token is closed. */
  leave(principal: Principal): void {
    if (this.#lists?.of === principal) this.#stopLists()
  }

  stop(): void {
    this.#cancellation.abort(new CallerGoneError())
    this.#stopLists()
    for (const uri of [...this.#uris.keys()]) this.unsubscribe(uri)
  }

  /** Where it was given up, or subscribed to again, while it began, it is not followed. */
  #take(uri: string, following: Following, isWanted: boolean): void {
    if (isWanted) {
      this.#uris.get(uri)?.stop()
      this.#uris.set(uri, following)
    } else {
      following.stop()
    }
  }

  async #begin(wanted: SubscriptionFilter, principal: Principal, requestId: string): Promise<Following> {
    const following = await this.#follow(wanted, this.#callOf(principal, requestId), this.#tell)
    // It ended while it began.
    if (this.#cancellation.aborted) following.stop()
    return following
  }

  /** What the new token may not follow is not heard of any more. */
  async #renew(uri: string, before: Following, principal: Principal, requestId: string): Promise<void> {
    const wanted = { resourceSubscriptions: [uri] }
    const following = await this.#begin(wanted, principal, requestId).catch(() => undefined)
    // It was given up, or subscribed to again, meanwhile.
    if (this.#uris.get(uri) !== before) {
      following?.stop()
      return
    }
    before.stop()
    if (following?.resourceSubscriptions.includes(uri)) this.#uris.set(uri, following)
    else {
      following?.stop()
      this.#uris.delete(uri)
    }
  }

  #stopLists(): void {
    void this.#lists?.following.then((following) => following?.stop())
    this.#lists = undefined
  }

  #callOf(principal: Principal, requestId: string): Call {
    return {
      era: 'legacy',
      protocolVersion: '2025-11-25',
      transport: 'http',
      principal,
      requestId,
      rpcId: requestId,
      meta: {},
      clientCapabilities: {},
      clientInfo: undefined,
      cancellation: this.#cancellation,
      notify() {},
      peer: undefined,
    }
  }
}
