import type { Principal } from '@atoll/auth'
import type { LimitedError } from '@atoll/errors'
import type { AuditEvent } from '@atoll/telemetry'
import type { Cancellation } from './cancellation.ts'
import type { Places } from './places.ts'
import type { SkillMethod } from './skill-wire.ts'

/** Name and version as sent in `serverInfo` (MCP schema, Implementation). */
export interface ServerInfo {
  name: string
  title?: string
  version: string
}

export type Era = 'modern' | 'legacy'

/** One request of one caller, whatever it came in on. */
export interface Call {
  readonly era: Era
  /** `2026-07-28`, or the 2025-era revision the request named (the oldest supported one when it named none). */
  readonly protocolVersion: string
  readonly transport: 'http' | 'stdio'
  readonly principal: Principal
  /** Ours, for logs, audit and error messages. */
  readonly requestId: string
  /** The JSON-RPC id. */
  readonly rpcId: string | number
  /** `params._meta`; an empty object when there is none. */
  readonly meta: Readonly<Record<string, unknown>>
  readonly clientCapabilities: ClientCapabilities
  readonly clientInfo: { name: string; version: string } | undefined
  /** Aborts when the caller goes away or the server stops. */
  readonly cancellation: Cancellation
  /** Send a notification on this request's own stream (progress, log). Dropped where none can be carried. */
  notify(method: string, params: Record<string, unknown>): void
  /** Add a header to the answer, while none of it was sent. Undefined where the answer has no headers of its own. */
  setHeader?(name: string, value: string): void
  /** The bearer token that the call came with; for exchanging it only. None on stdio. */
  readonly subjectToken?: string | undefined
  /** Takes the call's audit event, to record it when the size of the answer is known; recorded at once where there is none. */
  audited?(event: AuditEvent): void
  /** How to ask the client directly: 2025-era connections with a back channel (sessions, stdio). */
  readonly peer: Peer | undefined
  /** What it takes places of, which are given up while its peer is asked. Undefined where that cannot be. */
  readonly places?: Places | undefined
}

export interface ClientCapabilities {
  elicitation?: { form?: object; url?: object }
  sampling?: object
  roots?: object
  extensions?: Record<string, unknown>
  [key: string]: unknown
}

export interface Peer {
  elicit(params: Record<string, unknown>): Promise<Record<string, unknown>>
  sample(params: Record<string, unknown>): Promise<Record<string, unknown>>
  listRoots(): Promise<Record<string, unknown>>
}

/** A result object as the specification names it; the edge adds or removes what differs between eras. */
export type Result = Record<string, unknown>

/**
 * A result that was serialised ahead of time: the members of its JSON object, without braces and without their era's additions. What
 * is put around it does not copy it then.
 */
export interface Rendered {
  readonly rendered: { readonly modern: string; readonly legacy: string }
}

export type Params = Readonly<Record<string, unknown>>

export type Method =
  | 'server/discover'
  | 'tools/list'
  | 'tools/call'
  | 'resources/list'
  | 'resources/templates/list'
  | 'resources/read'
  | 'prompts/list'
  | 'prompts/get'
  | 'completion/complete'
  | 'tasks/get'
  | 'tasks/update'
  | 'tasks/cancel'
  | SkillMethod

/**
 * What the protocol edge serves: a domain's compiled catalogue, or the gateway's merged one.
 * Handlers throw ProtocolError for JSON-RPC errors, InsufficientScopeError for HTTP 403, InvalidTokenError for HTTP
 * 401, and return tool failures as results with `isError`. Lists and reads carry `ttlMs` and `cacheScope`; the edge drops both for
 * 2025-era clients, and adds `resultType` and `serverInfo` for modern ones.
 */
export interface Service {
  readonly info: ServerInfo
  readonly instructions: string
  readonly capabilities: Capabilities
  handle(method: Method, params: Params, call: Call): Promise<Result | Rendered> | Result | Rendered
  /**
   * Counts a request that never reaches `handle`, because it is refused for its form, against what its caller may ask for.
   * Resolves to what refuses it instead where that is used up, with the rule that is audited.
   */
  countUnfit?(
    method: string,
    caller: Pick<Call, 'principal' | 'setHeader'>,
  ): Promise<{ readonly error: LimitedError; readonly rule: string } | undefined>
  /** Scopes that a request needs, where they are known before it runs, and the caller may know of what it asks for. */
  scopes?(method: Method, params: Params, principal: Principal): readonly string[]
  /** Whether a subscriber may hear of a change for this audience (of a `ChangeEvent`); nobody may unless given. */
  admits?(principal: Principal, audience: unknown): boolean
  /** Whether `task` events of the bus are about tasks that `tasks/get` finds, so that subscribers can be told. */
  readonly tellsOfTasks?: boolean
  /**
   * Follows what a subscriber named where the bus does not say it: what is behind a gateway. Resolves once it is followed.
   * `tell` is given notifications as they are to be sent. Rejects with ProtocolError, and nothing is followed then.
   */
  follow?(wanted: SubscriptionFilter, call: Call, tell: Tell): Promise<Following>
  /**
   * Arguments of a tool that clients mirror into `Mcp-Param-*` headers. Undefined also where this caller must not learn that there
   * is such a tool. A promise where somebody has to be asked first.
   */
  paramHeaders(tool: string, principal: Principal): MirroredArguments | Promise<MirroredArguments>
}

/** Where an argument is among the others, and the name of its header after `Mcp-Param-`. */
export interface ParamHeader {
  readonly path: readonly string[]
  readonly name: string
}

export type MirroredArguments = readonly ParamHeader[] | undefined

/** What a subscriber wants to hear of (MCP basic/patterns/subscriptions, and `taskIds` of SEP-2663). */
export interface SubscriptionFilter {
  readonly toolsListChanged?: boolean
  readonly promptsListChanged?: boolean
  readonly resourcesListChanged?: boolean
  readonly resourceSubscriptions?: readonly string[]
  readonly taskIds?: readonly string[]
}

export type Tell = (method: string, params: Params) => void

/** The URIs and tasks, as the subscriber wrote them, that are followed until `stop`. */
export interface Following {
  readonly resourceSubscriptions: readonly string[]
  readonly taskIds: readonly string[]
  /** Why a URI is not among them, in words for strangers, where that is known. */
  whyNot?(uri: string): string | undefined
  /** Takes what ends the subscription, for a service that has to; over HTTP alone. */
  onEnd?(end: () => void): void
  stop(): void
}

export interface Capabilities {
  tools?: { listChanged?: boolean }
  resources?: { listChanged?: boolean; subscribe?: boolean }
  prompts?: { listChanged?: boolean }
  completions?: object
  logging?: object
  extensions?: Record<string, object>
}
