import { LimitedError, UnavailableError } from '@atoll/errors'
import { anonymous, type Credentials } from './credentials.ts'
import type { Discovery } from './discovery.ts'
import { explain } from './explain.ts'
import { RpcError, TransportFailure } from './failure.ts'
import { HedgeDelay, hedged } from './hedge.ts'
import { increasingProgress } from './increasing-progress.ts'
import { Instance } from './instance.ts'
import { type List, listAll } from './list.ts'
import { LISTS, type ListKind } from './listed.ts'
import { LONGEST_TIMER } from './longest-timer.ts'
import { clientOperations, type Operations } from './operations.ts'
import type { ClientEvent, ClientOptions, ListenOptions, Params, RequestOptions, Result } from './options.ts'
import { pause } from './pause.ts'
import { mayRetry, pauseBefore, RETRY, type RetryOptions, wasSent, wasTurnedAway } from './retry.ts'
import { RetryBudget } from './retry-budget.ts'
import { Room, thinkingOutside } from './room.ts'
import { type Place, Rotation } from './rotation.ts'
import type { Flight } from './sender.ts'
import { untilDeadline } from './until-deadline.ts'

const DEFAULT_TIMEOUT = 30_000
const REMEMBER_FOR = 10 * 60_000
const INFO = { name: 'atoll', version: '0.1.0' }
/** Servers send a comment every few seconds; one that sends nothing for this long is gone. */
const IDLE_STREAM = 60_000
/** Seconds. */
const RETRY_LATER = 5
const MAX_IN_FLIGHT = { all: 500, instance: 256 }
const BREAK_FOR = 1_000
const EMPTY: List = { items: [], rejected: [], ttlMs: undefined, cacheScope: 'public' }

/**
 * A client of one MCP server of either era, for as many callers as there are, however many instances the server
 * has. It connects once and keeps its connections; each instance's era is remembered. Requests go out by hand,
 * not through the SDK's client, because a gateway hands them on as they are.
 */
export class Client {
  readonly name: string
  /** Milliseconds of what does not say otherwise. */
  readonly timeout: number
  readonly #credentials: Credentials
  readonly #retry: RetryOptions
  readonly #rotation: Rotation
  readonly #operation: Operations | undefined
  readonly #budget: RetryBudget
  /** Undefined where nothing is ever hedged. */
  readonly #hedgeDelay: HedgeDelay | undefined
  readonly #room: Room
  readonly #onEvent: (event: ClientEvent) => void

  constructor(options: ClientOptions) {
    const { info = INFO, credentials = anonymous, timeout = DEFAULT_TIMEOUT, telemetry } = options
    const url = new URL(options.url)
    const { name = url.host, instances = [{ url: options.url }], pool = {} } = options
    this.name = name
    this.#credentials = credentials
    this.timeout = timeout
    this.#retry = { ...RETRY, ...options.retry }
    this.#operation = telemetry && clientOperations(telemetry, url)
    const { hedge = true, maxInFlight = MAX_IN_FLIGHT.all, onEvent = () => {} } = options
    this.#budget = new RetryBudget(this.#retry.budget)
    this.#hedgeDelay = hedge ? new HedgeDelay() : undefined
    this.#room = new Room(maxInFlight)
    this.#onEvent = onEvent
    const { maxInFlightPerInstance: capacity = MAX_IN_FLIGHT.instance, breakFor = BREAK_FOR } = options
    const settings = { name, info, credentials, timeout, pool, capacity, breakFor }
    const slowAfter = options.slowAfter ?? timeout / 2
    const rememberFor = options.rememberFor ?? REMEMBER_FOR
    const onHealth = (instance: Instance, error?: unknown) => {
      this.#rotation.arrange()
      options.onHealth?.(instance, error)
    }
    const onUnreachable = (instance: Instance) => options.onUnreachable?.(instance)
    const onBreaker = (instance: Instance) => options.onBreaker?.(instance)
    const each = { ...settings, slowAfter, rememberFor, onHealth, onUnreachable, onBreaker }
    this.#rotation = new Rotation((address) => new Instance({ ...each, url: address }))
    this.#rotation.set(instances)
  }

  /** In the order of their URLs. */
  get instances(): readonly Instance[] {
    return this.#rotation.instances
  }

  /**
   * From now on the server is these instances. One that is new is called at once where none is known to be better;
   * one that drains or is not named any more gets no new requests, and those in flight end.
   */
  setInstances(places: readonly Place[]): void {
    this.#rotation.set(places)
  }

  /** What an instance said of itself, the same one each time as long as it is well. */
  async discover(): Promise<Discovery> {
    try {
      return await this.#steady().discover()
    } catch (error) {
      throw explain(error, this.name, true, this.timeout)
    }
  }

  /** Ask an instance how it is, and remember it. Rejects when it is unhealthy. */
  async probe(instance: Instance): Promise<Discovery> {
    try {
      return await instance.probe(this.timeout)
    } catch (error) {
      throw explain(error, this.name, true, this.timeout)
    }
  }

  /**
   * Send one request and return its result as the server wrote it. Throws RpcError for a JSON-RPC error,
   * OutcomeUnknownError when a call that may not be repeated broke off or failed under way, InsufficientScopeError,
   * ForbiddenError and UnauthorizedError as the server refuses, OverloadedError when there is no room for it, and
   * TimeoutError, UnavailableError, LimitedError and BadAnswerError for what they say.
   */
  async request(method: string, params: Params = {}, options: RequestOptions = {}): Promise<Result> {
    const { timeout = this.timeout, credentials = this.#credentials, meta, parent } = options
    const isRepeatable = options.isRepeatable ?? method !== 'tools/call'
    const name = typeof params.name === 'string' ? params.name : undefined
    // The operation it is part of has read the trace context of `_meta` already.
    const operation = this.#operation?.(method, name).start(parent ? { parent } : { meta })
    const isFull = options.isSteady !== true && this.#room.isFull
    const place = options.isSteady || isFull ? undefined : this.#room.enter()
    try {
      if (isFull) throw new TransportFailure('full', false)
      const result = await this.#attempts({
        method,
        params,
        options: increasingProgress(place ? thinkingOutside(options, place) : options),
        credentials,
        isRepeatable,
        meta: operation ? operation.inject(meta) : meta,
        deadline: performance.now() + Math.min(timeout, LONGEST_TIMER),
      })
      operation?.end(result.isError === true ? { errorType: 'tool_error' } : undefined)
      return result
    } catch (error) {
      const explained = explain(error, this.name, isRepeatable, timeout)
      if (error instanceof TransportFailure && error.reason === 'full') this.#onEvent('shed')
      operation?.end({ errorType: errorType(explained) })
      throw explained
    } finally {
      place?.leave()
    }
  }

  /** All pages of one list; empty when the server does not offer that kind. */
  async list(kind: ListKind, options: RequestOptions = {}): Promise<List> {
    const { method, capability } = LISTS[kind]
    const { timeout = this.timeout, signal } = options
    const deadline = performance.now() + timeout
    const { capabilities } = await untilDeadline(this.discover(), deadline, signal).catch((error) => {
      throw explain(error, this.name, true, timeout)
    })
    if (!capabilities[capability]) return EMPTY
    return await listAll(kind, (params) =>
      this.request(method, params, { ...options, timeout: Math.max(1, deadline - performance.now()) }),
    )
  }

  /**
   * Be told of changes (MCP basic/patterns/subscriptions), first of all which of them the server will tell. Resolves when
   * the server ends the subscription, which it does when its token expires; listen again then, and assume that something
   * was missed. A 2025-era server is followed on the stream of a session of its own. Rejects like `request`, and with
   * NotOfferedError where there is nothing to listen to.
   */
  async listen(notifications: Params, options: ListenOptions): Promise<void> {
    const instance = this.#steady()
    try {
      await instance.listen(notifications, {
        method: 'subscriptions/listen',
        params: { notifications },
        options,
        credentials: options.credentials ?? this.#credentials,
        isRepeatable: true,
        meta: undefined,
        deadline: performance.now() + LONGEST_TIMER,
        idleTimeout: IDLE_STREAM,
      })
    } catch (error) {
      throw explain(error, this.name, true, LONGEST_TIMER)
    }
  }

  async close(): Promise<void> {
    await this.#rotation.close()
  }

  async #attempts(flight: Flight): Promise<Result> {
    this.#budget.earn()
    let tried: Instance[] | undefined
    let last: unknown
    for (let attempt = 1; ; attempt++) {
      const instance = this.#choose(flight, tried)
      try {
        return await this.#attempt(flight, instance, tried)
      } catch (thrown) {
        // Why it is not asked any more tells less than how it failed.
        const error = last !== undefined && wasTurnedAway(thrown) ? last : thrown
        last = error
        if (attempt >= this.#retry.attempts || !mayRetry(error, flight.isRepeatable)) throw error
        tried ??= []
        tried.push(instance)
        // Another instance need not be waited for, unless the caller is to slow down.
        const isElsewhere = !(error instanceof LimitedError) && this.#rotation.hasOther(tried)
        const wait = isElsewhere ? 0 : pauseBefore(attempt + 1, error, this.#retry)
        if (performance.now() + wait >= flight.deadline) throw error
        // What never arrived was no load, so sending it elsewhere multiplies none.
        if (wasSent(thrown) && !this.#budget.spend()) {
          this.#onEvent('retry_refused')
          throw error
        }
        this.#onEvent('retry')
        if (wait > 0) await pause(wait, flight.options.signal)
      }
    }
  }

  /** Ask one instance, and a second one beside it where that is allowed and the first takes long. */
  #attempt(flight: Flight, first: Instance, tried: Instance[] | undefined): Promise<Result> {
    const hedgeDelay = flight.options.mayHedge ? this.#hedgeDelay : undefined
    if (!hedgeDelay || !this.#rotation.hasSeveral) return first.attempt(flight)
    const start = performance.now()
    const delay = hedgeDelay.value
    const answered =
      delay === undefined
        ? first.attempt(flight)
        : hedged({
            flight,
            first,
            delay,
            another: () => this.#hedgeAt([first, ...(tried ?? [])]),
            onWin: () => this.#onEvent('hedge_won'),
          })
    return answered.then((result) => {
      hedgeDelay.add(performance.now() - start)
      return result
    })
  }

  #hedgeAt(tried: readonly Instance[]): Instance | undefined {
    const spare = this.#rotation.spare(tried)
    if (!spare) return undefined
    const isPaid = this.#budget.spendOnHedge()
    this.#onEvent(isPaid ? 'hedge' : 'hedge_refused')
    return isPaid ? spare : undefined
  }

  #choose({ options }: Flight, tried: readonly Instance[] | undefined): Instance {
    if (options.isSteady && !tried) return this.#steady()
    if (options.isFanOut) return this.#rotation.nextQuick(tried) ?? this.#nobody()
    return this.#rotation.next(tried) ?? this.#nobody()
  }

  #steady(): Instance {
    return this.#rotation.steady ?? this.#nobody()
  }

  #nobody(): never {
    throw new UnavailableError(`${this.name} cannot be reached right now.`, { retryAfter: RETRY_LATER })
  }
}

function errorType(error: unknown): string {
  if (error instanceof RpcError) return String(error.code)
  return error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL'
}
