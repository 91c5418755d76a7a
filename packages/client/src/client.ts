import type { ActiveOperation, Operation, Telemetry } from '@atoll/telemetry'
import type { Dispatcher } from 'undici'
import type { Cancellable } from './cancellable.ts'
import { anonymous, type Credentials } from './credentials.ts'
import type { Discovery } from './discovery.ts'
import { envelope, type Meta } from './envelope.ts'
import { type Answer, exchange, type Message } from './exchange.ts'
import { explain } from './explain.ts'
import { RpcError, TransportFailure } from './failure.ts'
import { Handshakes } from './handshakes.ts'
import { LISTS, type List, type ListKind, listAll } from './list.ts'
import { pause } from './pause.ts'
import { createPool, type PoolOptions } from './pool.ts'
import { refusal } from './refusal.ts'
import { mayRetry, pauseBefore, RETRY, type RetryOptions } from './retry.ts'

export type Result = Record<string, unknown>
export type Params = Readonly<Record<string, unknown>>

export interface ClientOptions {
  /** The server's MCP endpoint. */
  url: string
  /** How error messages call the server; the URL's host when left out. */
  name?: string
  /** Sent as `clientInfo`. */
  info?: { name: string; version: string }
  /** Who discovery, and every request that does not say otherwise, is made as. */
  credentials?: Credentials
  /** Milliseconds for discovery, a list, and every request that does not say otherwise. */
  timeout?: number
  /** Milliseconds until the server is asked again which era it speaks. */
  rememberFor?: number
  retry?: Partial<RetryOptions>
  pool?: PoolOptions
  /** Measures and traces every request; without it `_meta` passes as it comes. */
  telemetry?: Telemetry
}

export interface RequestOptions {
  credentials?: Credentials
  /** Milliseconds for everything: handshake, attempts and pauses. */
  timeout?: number
  /** Aborting ends the request at the server too. */
  signal?: Cancellable
  /** `_meta` of the request; protocol fields are set by the client. */
  meta?: Meta
  /** What the answering side of this client can do (MCP basic/versioning). */
  capabilities?: Readonly<Record<string, unknown>>
  /** `Mcp-Param-*` headers. */
  headers?: Readonly<Record<string, string>>
  /** Whether doing it twice does no harm; only then is it sent again after a failure. Default: all but tool calls. */
  isRepeatable?: boolean
  onNotification?(method: string, params: Params): void
  /** The operation that the request is part of. */
  parent?: ActiveOperation | undefined
}

const EMPTY: List = { items: [], rejected: [], ttlMs: undefined, cacheScope: 'public' }

/** One request on its way. */
interface Flight {
  readonly method: string
  readonly params: Params
  readonly options: RequestOptions
  readonly credentials: Credentials
  readonly isRepeatable: boolean
  readonly meta: Meta | undefined
  /** On the monotonic clock, in milliseconds. */
  readonly deadline: number
}

const DEFAULT_TIMEOUT = 30_000
const MAX_OPERATIONS = 2000
const REMEMBER_FOR = 10 * 60_000
const INFO = { name: 'atoll', version: '0.1.0' }

const UNSUPPORTED_VERSION = -32022
const METHOD_NOT_FOUND = -32601
/** What 2025-era servers answer, with HTTP 400, to a request outside a session. */
const NOT_INITIALIZED = -32000

/**
 * A client of one MCP server of either era, for as many callers as there are. It connects once and keeps its
 * connections; the server's era is remembered. Requests go out by hand, not through the SDK's client, because a
 * gateway hands them on as they are.
 */
export class Client {
  readonly name: string
  readonly url: URL
  readonly #info: { name: string; version: string }
  readonly #credentials: Credentials
  readonly #timeout: number
  readonly #retry: RetryOptions
  readonly #pool: Dispatcher
  readonly #handshakes: Handshakes
  readonly #operation: ((method: string, name: string | undefined) => Operation) | undefined
  #lastId = 0

  constructor(options: ClientOptions) {
    this.url = new URL(options.url)
    this.name = options.name ?? this.url.host
    this.#info = options.info ?? INFO
    this.#credentials = options.credentials ?? anonymous
    this.#timeout = options.timeout ?? DEFAULT_TIMEOUT
    this.#retry = { ...RETRY, ...options.retry }
    this.#operation = options.telemetry && operations(options.telemetry, this.url)
    this.#pool = createPool(this.url, options.pool)
    this.#handshakes = new Handshakes({
      url: this.url,
      pool: this.#pool,
      info: this.#info,
      credentials: this.#credentials,
      rememberFor: options.rememberFor ?? REMEMBER_FOR,
    })
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
    const timeout = options.timeout ?? this.#timeout
    const isRepeatable = options.isRepeatable ?? method !== 'tools/call'
    const { meta, parent } = options
    // The operation it is part of has read the trace context of `_meta` already.
    const operation = this.#operation?.(method, target(params)).start(parent ? { parent } : { meta })
    try {
      const result = await this.#attempts({
        method,
        params,
        options,
        isRepeatable,
        meta: operation ? operation.inject(meta) : meta,
        credentials: options.credentials ?? this.#credentials,
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

  async close(): Promise<void> {
    await this.#handshakes.close()
    await this.#pool.destroy()
  }

  async #attempts(flight: Flight): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(flight)
      } catch (error) {
        if (attempt >= this.#retry.attempts || !mayRetry(error, flight.isRepeatable)) throw error
        const wait = pauseBefore(attempt + 1, error, this.#retry)
        if (performance.now() + wait >= flight.deadline) throw error
        await pause(wait, flight.options.signal)
      }
    }
  }

  /** One attempt, and a second one where the server refused the first unread: stale token, session or version. */
  async #attempt(flight: Flight): Promise<Result> {
    const { credentials } = flight
    const remaining = flight.deadline - performance.now()
    const speaks =
      this.#handshakes.peek(credentials) ??
      (await this.#handshakes.get(credentials, Math.min(this.#timeout, remaining)))
    const token = credentials.token()
    const answer = await this.#send(flight, speaks, typeof token === 'object' ? await token : token)
    if (answer.message?.result && answer.status < 300) return answer.message.result
    const again = await this.#afterRefusal(flight, speaks, answer)
    if (again?.message?.result && again.status < 300) return again.message.result
    throw refusal(this.name, again ?? answer)
  }

  async #afterRefusal(flight: Flight, speaks: Discovery, answer: Answer): Promise<Answer | undefined> {
    const { credentials } = flight
    if (answer.status === 401) {
      const token = await credentials.token({ fresh: true })
      return token === undefined ? undefined : await this.#send(flight, speaks, token)
    }
    if (!isStale(speaks, answer)) return undefined
    this.#handshakes.forget(credentials, speaks)
    const timeout = Math.min(this.#timeout, flight.deadline - performance.now())
    const anew = await this.#handshakes.get(credentials, timeout)
    return await this.#send(flight, anew, await credentials.token())
  }

  async #send(flight: Flight, speaks: Discovery, token: string | undefined): Promise<Answer> {
    const { method, options } = flight
    const id = ++this.#lastId
    const { headers, params } = envelope({
      method,
      params: flight.params,
      speaks,
      token,
      info: this.#info,
      capabilities: options.capabilities ?? {},
      meta: flight.meta,
      headers: options.headers,
    })
    try {
      return await exchange(this.#pool, {
        path: this.url.pathname + this.url.search,
        headers,
        body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
        id,
        timeout: Math.max(0, flight.deadline - performance.now()),
        signal: options.signal,
        onMessage: (message) => this.#onMessage(message, options, headers),
      })
    } catch (error) {
      if (error instanceof TransportFailure) this.#cancel(error, id, speaks, headers)
      throw error
    }
  }

  #onMessage(message: Message, options: RequestOptions, headers: Record<string, string>): void {
    if (typeof message.method !== 'string') return
    if (message.id === undefined || message.id === null)
      options.onNotification?.(message.method, message.params ?? {})
    // A 2025-era server asks although nothing was offered: without an answer it would wait for ever.
    else this.#tell({ id: message.id, error: { code: METHOD_NOT_FOUND, message: 'Not supported' } }, headers)
  }

  /** Where hanging up does not cancel (2025 era), say so. */
  #cancel(failure: TransportFailure, id: number, speaks: Discovery, headers: Record<string, string>): void {
    const gaveUp = failure.reason === 'aborted' || failure.reason === 'deadline'
    if (!gaveUp || !failure.sent || speaks.sessionId === undefined) return
    this.#tell(
      { method: 'notifications/cancelled', params: { requestId: id, reason: failure.reason } },
      headers,
    )
  }

  #tell(message: Message, headers: Record<string, string>): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    const post = {
      path: this.url.pathname + this.url.search,
      headers,
      body,
      id: undefined,
      timeout: this.#timeout,
    }
    // Nobody waits for it, and a server that cannot hear it has nothing to cancel.
    exchange(this.#pool, { ...post, signal: undefined, onMessage: undefined }).catch(() => undefined)
  }
}

/** Whether the answer says that the server was replaced since it was asked what it speaks. Nothing was carried out. */
function isStale(speaks: Discovery, { status, message }: Answer): boolean {
  if (status === 404 && speaks.sessionId !== undefined) return true
  const code = message?.error?.code
  return code === UNSUPPORTED_VERSION || (status === 400 && code === NOT_INITIALIZED)
}

/** Made once per method and name: what makes a span's name and attributes is the same for every call. */
function operations(telemetry: Telemetry, { hostname, port, protocol }: URL) {
  const serverPort = Number(port) || (protocol === 'https:' ? 443 : 80)
  const about = { kind: 'client', serverAddress: hostname, serverPort } as const
  const made = new Map<string, Operation>()
  return (method: string, name: string | undefined): Operation => {
    const key = name === undefined ? method : `${method} ${name}`
    const known = made.get(key)
    if (known) return known
    const operation = telemetry.operation(method, name, about)
    // The telemetry bounds what it keeps; names that do not fit share one operation.
    if (made.size < MAX_OPERATIONS) made.set(key, operation)
    return operation
  }
}

function target(params: Params): string | undefined {
  return typeof params.name === 'string' ? params.name : undefined
}

function errorType(error: unknown): string {
  if (error instanceof RpcError) return String(error.code)
  return error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL'
}
