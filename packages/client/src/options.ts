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
  onNotification?(method: string, params: Params): void
  /** Answers what a 2025-era server asks while it works on this; the credentials' handshake must have said that one can. */
  onRequest?(method: string, params: Params): Promise<Result>
  /** The operation that the request is part of. */
  parent?: ActiveOperation | undefined
}

export type ListenOptions = Required<Pick<RequestOptions, 'onNotification'>> &
  Pick<RequestOptions, 'signal' | 'credentials' | 'capabilities'>
