import type { Dispatcher } from 'undici'
import { anonymous, type Credentials } from './credentials.ts'
import type { Discovery } from './discovery.ts'
import { explain } from './explain.ts'
import { RpcError } from './failure.ts'
import { Handshakes } from './handshakes.ts'
import { LISTS, type List, type ListKind, listAll } from './list.ts'
import { clientOperations, type Operations } from './operations.ts'
import type { ClientOptions, ListenOptions, Params, RequestOptions, Result } from './options.ts'
import { pause } from './pause.ts'
import { createPool, type PoolOptions } from './pool.ts'
import { mayRetry, pauseBefore, RETRY, type RetryOptions } from './retry.ts'
import { type Flight, Sender } from './sender.ts'

const DEFAULT_TIMEOUT = 30_000
const REMEMBER_FOR = 10 * 60_000
const INFO = { name: 'atoll', version: '0.1.0' }
/** The longest that a timer can wait. */
const LONGEST_STREAM = 2 ** 31 - 1
/** Servers send a comment every few seconds; one that sends nothing for this long is gone. */
const IDLE_STREAM = 60_000
const EMPTY: List = { items: [], rejected: [], ttlMs: undefined, cacheScope: 'public' }

/**
 * A client of one MCP server of either era, for as many callers as there are. It connects once and keeps its
 * connections; the server's era is remembered. Requests go out by hand, not through the SDK's client, because a
 * gateway hands them on as they are.
 */
export class Client {
  readonly name: string
  readonly url: URL
  readonly #credentials: Credentials
  readonly #timeout: number
  readonly #retry: RetryOptions
  readonly #poolOptions: PoolOptions
  readonly #pool: Dispatcher
  readonly #handshakes: Handshakes
  readonly #sender: Sender
  readonly #operation: Operations | undefined
  /** Streams would exhaust the limits that are right for answers. */
  #streams: Dispatcher | undefined

  constructor(options: ClientOptions) {
    const { info = INFO, credentials = anonymous, timeout = DEFAULT_TIMEOUT, telemetry } = options
    const url = new URL(options.url)
    this.url = url
    this.name = options.name ?? url.host
    this.#credentials = credentials
    this.#timeout = timeout
    this.#retry = { ...RETRY, ...options.retry }
    this.#operation = telemetry && clientOperations(telemetry, url)
    this.#poolOptions = options.pool ?? {}
    this.#pool = createPool(url, this.#poolOptions)
    const rememberFor = options.rememberFor ?? REMEMBER_FOR
    this.#handshakes = new Handshakes({ url, pool: this.#pool, info, credentials, rememberFor })
    this.#sender = new Sender({ name: this.name, url, info, timeout, handshakes: this.#handshakes })
  }

  /** What the server says of itself; `fresh` asks even when that is known. */
  async discover({ fresh = false }: { fresh?: boolean } = {}): Promise<Discovery> {
    try {
      return fresh
        ? await this.#handshakes.refresh(this.#timeout)
        : await this.#handshakes.get(this.#credentials, this.#timeout)
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
        pool: this.#pool,
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
   * Be told of changes (MCP basic/patterns/subscriptions). Resolves when the server ends the subscription, which
   * it does when its token expires; listen again then, and assume that something was missed. Rejects like
   * `request`, and with a TypeError for servers of the 2025 era, which cannot be asked for this.
   */
  async listen(notifications: Params, options: ListenOptions): Promise<void> {
    if ((await this.discover()).era !== 'modern')
      throw new TypeError(`${this.name} has no subscriptions/listen`)
    this.#streams ??= createPool(this.url, { ...this.#poolOptions, maxAnswer: -1 })
    try {
      await this.#sender.attempt({
        method: 'subscriptions/listen',
        params: { notifications },
        options,
        credentials: this.#credentials,
        isRepeatable: true,
        meta: undefined,
        deadline: performance.now() + LONGEST_STREAM,
        pool: this.#streams,
        idleTimeout: IDLE_STREAM,
      })
    } catch (error) {
      throw explain(error, this.name, true, LONGEST_STREAM)
    }
  }

  async close(): Promise<void> {
    await this.#handshakes.close()
    await Promise.all([this.#pool.destroy(), this.#streams?.destroy()])
  }

  async #attempts(flight: Flight): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#sender.attempt(flight)
      } catch (error) {
        if (attempt >= this.#retry.attempts || !mayRetry(error, flight.isRepeatable)) throw error
        const wait = pauseBefore(attempt + 1, error, this.#retry)
        if (performance.now() + wait >= flight.deadline) throw error
        await pause(wait, flight.options.signal)
      }
    }
  }
}

function errorType(error: unknown): string {
  if (error instanceof RpcError) return String(error.code)
  return error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL'
}
