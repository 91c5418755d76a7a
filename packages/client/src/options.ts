import type { ActiveOperation, Telemetry } from '@atoll/telemetry'
import type { Cancellable } from './cancellable.ts'
import type { Credentials } from './credentials.ts'
import type { Meta } from './envelope.ts'
import type { Instance } from './instance.ts'
import type { PoolOptions } from './pool.ts'
import type { RetryOptions } from './retry.ts'
import type { Place } from './rotation.ts'

export type Result = Record<string, unknown>
export type Params = Readonly<Record<string, unknown>>

/**
 * A request was sent again (`retry`), to a second instance at once (`hedge`), which was quicker (`hedge_won`); neither
 * was done because the budget is spent (`retry_refused`, `hedge_refused`); or there was no room for it (`shed`).
 */
export type ClientEvent = 'retry' | 'retry_refused' | 'hedge' | 'hedge_won' | 'hedge_refused' | 'shed'

export interface ClientOptions {
  /** The server's MCP endpoint; what spans name as its address. */
  url: string
  /** Where its instances are, when that is not `url` alone. See `setInstances`. */
  instances?: readonly Place[]
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
  /** Milliseconds after which an answer to a probe is slow; half of `timeout` unless given. */
  slowAfter?: number
  /** Told when a probe finds an instance to be other than before. */
  onHealth?(instance: Instance, error?: unknown): void
  /** Told when a request could not be sent to an instance, or broke off there. */
  onUnreachable?(instance: Instance): void
  pool?: PoolOptions
  /** Requests at once, over all instances; one more is refused with OverloadedError. Default 500. */
  maxInFlight?: number
  /** Requests at once to one instance. Default 256. */
  maxInFlightPerInstance?: number
  /** Whether a second instance is asked where a request may be hedged and takes longer than most. Default true. */
  hedge?: boolean
  /** Milliseconds for which an instance that failed too often is left alone, and up to four times as long if it goes on. Default 1000. */
  breakFor?: number
  /** Told when the circuit breaker of an instance opens or closes. */
  onBreaker?(instance: Instance): void
  /** Told of what is worth counting. */
  onEvent?(event: ClientEvent): void
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
  /** Further HTTP headers: `Mcp-Param-*` and whatever the server understands. */
  headers?: Readonly<Record<string, string>>
  /** Whether doing it twice does no harm; only then is it sent again after a failure. Default: all but tool calls. */
  isRepeatable?: boolean
  /** Ask the same instance each time, as long as it is well: two versions side by side then give one answer. */
  isSteady?: boolean
  /**
   * Returns false for what the server may not send here: too much of it, and the request fails. What it throws ends the
   * request. Without it, only progress may come.
   */
  onNotification?: ((method: string, params: Params) => unknown) | undefined
  /** Answers what a 2025-era server asks while it works on this; the credentials' handshake must have said that one can. */
  onRequest?: ((method: string, params: Params) => Promise<Result>) | undefined
  /**
   * Whether a second instance may be asked when the first takes long: only for what reads, and whose notifications
   * nobody waits for. Default: not.
   */
  mayHedge?: boolean
  /** `timeout` is what the caller has left, and may be too short for an answer: to miss it is not the server's fault. */
  isHurried?: boolean
  /** Part of asking every server there is: slow instances are left out where there is a better one. */
  isFanOut?: boolean
  /** The operation that the request is part of. */
  parent?: ActiveOperation | undefined
}

export interface ListenOptions extends Pick<RequestOptions, 'signal' | 'credentials' | 'capabilities'> {
  onNotification(method: string, params: Params): void
}
