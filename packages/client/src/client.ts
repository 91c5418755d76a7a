import { LimitedError, UnavailableError } from '@atoll/errors'
import { anonymous, type Credentials } from './credentials.ts'
import type { Discovery } from './discovery.ts'
import { explain } from './explain.ts'
import { RpcError } from './failure.ts'
import { Instance } from './instance.ts'
import { LISTS, type List, type ListKind, listAll } from './list.ts'
import { clientOperations, type Operations } from './operations.ts'
import type { ClientOptions, ListenOptions, Params, RequestOptions, Result } from './options.ts'
import { pause } from './pause.ts'
import { mayRetry, pauseBefore, RETRY, type RetryOptions } from './retry.ts'
import { type Place, Rotation } from './rotation.ts'
import type { Flight } from './sender.ts'

const DEFAULT_TIMEOUT = 30_000
const REMEMBER_FOR = 10 * 60_000
const INFO = { name: 'atoll', version: '0.1.0' }
/** The longest that a timer can wait. */
const LONGEST_STREAM = 2 ** 31 - 1
/** Servers send a comment every few seconds; one that sends nothing for this long is gone. */
const IDLE_STREAM = 60_000
/** Seconds. */
const RETRY_LATER = 5
const EMPTY: List = { items: [], rejected: [], ttlMs: undefined, cacheScope: 'public' }

/**
 * A client of one MCP server of either era, for as many callers as there are, however many instances the server
 * has. It connects once and keeps its connections; each instance's era is remembered. Requests go out by hand,
 * not through the SDK's client, because a gateway hands them on as they are.
 */
export class Client {
  readonly name: string
  readonly #credentials: Credentials
  readonly #timeout: number
  readonly #retry: RetryOptions
  readonly #rotation: Rotation
  readonly #operation: Operations | undefined

  constructor(options: ClientOptions) {
    const { info = INFO, credentials = anonymous, timeout = DEFAULT_TIMEOUT, telemetry } = options
    const url = new URL(options.url)
    const { name = url.host, instances = [{ url: options.url }], pool = {} } = options
    this.name = name
    this.#credentials = credentials
    this.#timeout = timeout
    this.#retry = { ...RETRY, ...options.retry }
    this.#operation = telemetry && clientOperations(telemetry, url)
    const settings = { name, info, credentials, timeout, pool }
    const slowAfter = options.slowAfter ?? timeout / 2
    const rememberFor = options.rememberFor ?? REMEMBER_FOR
    const onHealth = (instance: Instance, error?: unknown) => {
      this.#rotation.arrange()
      options.onHealth?.(instance, error)
    }
    const onUnreachable = (instance: Instance) => options.onUnreachable?.(instance)
    const each = { ...settings, slowAfter, rememberFor, onHealth, onUnreachable }
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
      return await this.#steady().discover(this.#timeout)
    } catch (error) {
      throw explain(error, this.name, true, this.#timeout)
    }
  }

  /** Ask an instance how it is, and remember it. Rejects when it is unhealthy. */
  async probe(instance: Instance): Promise<Discovery> {
    try {
      return await instance.probe(this.#timeout)
    } catch (error) {
      throw explain(error, this.name, true, this.#timeout)
    }
  }

  /**
   * Send one request and return its result as the server wrote it. Throws RpcError for a JSON-RPC error,
   * OutcomeUnknownError when a call that may not be repeated broke off under way, InsufficientScopeError,
   * ForbiddenError and UnauthorizedError as the server refuses, and TimeoutError, UnavailableError, LimitedError
   * and BadAnswerError for what they say.
   */
  async request(method: string, params: Params = {}, options: RequestOptions = {}): Promise<Result> {
    const { timeout = this.#timeout, credentials = this.#credentials, meta, parent } = options
    const isRepeatable = options.isRepeatable ?? method !== 'tools/call'
    const name = typeof params.name === 'string' ? params.name : undefined
    // The operation it is part of has read the trace context of `_meta` already.
    const operation = this.#operation?.(method, name).start(parent ? { parent } : { meta })
    try {
      const result = await this.#attempts({
        method,
        params,
        options,
        credentials,
        isRepeatable,
        meta: operation ? operation.inject(meta) : meta,
        deadline: performance.now() + timeout,
      })
      operation?.end(result.isError === true ? { errorType: 'tool_error' } : undefined)
      return result
    } catch (error) {
      const explained = explain(error, this.name, isRepeatable, timeout)
      operation?.end({ errorType: errorType(explained) })
      throw explained
    }
  }

  /** All pages of one list; empty when the server does not offer that kind. */
  async list(kind: ListKind, options: RequestOptions = {}): Promise<List> {
    const { method, capability } = LISTS[kind]
    const deadline = performance.now() + (options.timeout ?? this.#timeout)
    const { capabilities } = await this.discover()
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
        deadline: performance.now() + LONGEST_STREAM,
        idleTimeout: IDLE_STREAM,
      })
    } catch (error) {
      throw explain(error, this.name, true, LONGEST_STREAM)
    }
  }

  async close(): Promise<void> {
    await this.#rotation.close()
  }

  async #attempts(flight: Flight): Promise<Result> {
    let tried: Instance[] | undefined
    for (let attempt = 1; ; attempt++) {
      const instance = flight.options.isSteady && !tried ? this.#steady() : this.#next(tried)
      try {
        return await instance.attempt(flight)
      } catch (error) {
        if (attempt >= this.#retry.attempts || !mayRetry(error, flight.isRepeatable)) throw error
        tried ??= []
        tried.push(instance)
        // Another instance need not be waited for, unless the caller is to slow down.
        const isElsewhere = !(error instanceof LimitedError) && this.#rotation.hasOther(tried)
        const wait = isElsewhere ? 0 : pauseBefore(attempt + 1, error, this.#retry)
        if (performance.now() + wait >= flight.deadline) throw error
        if (wait > 0) await pause(wait, flight.options.signal)
      }
    }
  }

  #next(tried?: readonly Instance[]): Instance {
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
