import type { Principal } from '@atoll/auth'
import type { z } from 'zod'
import type { App } from './app.ts'
import type { ChangeNotifier } from './changes.ts'
import type { ContentBlock, RichResult } from './content.ts'
import type { Delegation } from './delegation.ts'
import type { Interaction } from './interaction.ts'
import type { TaskHandle, TaskPolicy } from './task.ts'
import type { Duration, Rate } from './units.ts'

/** What a call does to the world; every MCP hint follows from it. */
export type Effect = 'read' | 'write' | 'destroy'
/** How sensitive what it returns is. */
export type DataClass = 'public' | 'internal' | 'confidential' | 'restricted'

export type NonEmpty<T> = readonly [T, ...T[]]

export interface CachePolicy {
  ttl: Duration
  /** Who may be served the same entry. */
  shared: 'principal' | 'tenant' | 'public'
  tags?: readonly string[]
}

/** A cache that also asks how new the data is. */
export interface RevisedCache<Deps> extends CachePolicy {
  /**
   * What the data is at, such as the number of the last import. It is part of the key: another one makes all that was
   * cached unreachable, whoever changed the data and from where. Asked on every call, so it has to be quick.
   */
  revision?(context: CallContext<Deps>): Promise<string>
}

export interface Limits {
  /** Deadline of one call. */
  timeout?: Duration
  /** Calls per principal. */
  rate?: Rate
}

export interface Progress {
  /** Strictly increasing. */
  progress: number
  total?: number
  message?: string
}

/** What every handler gets beside its input. */
export interface CallContext<Deps> {
  readonly deps: Deps
  readonly principal: Principal
  /** Aborts when the caller goes away, the deadline passes or the server stops. Hand it to everything slow. */
  readonly signal: AbortSignal
  readonly requestId: string
}

export interface ToolContext<Input, Deps, Audience = never> extends CallContext<Deps> {
  readonly input: Input
  /** To act for the caller at other servers; undefined where nothing hands out tokens for that. */
  readonly delegation: Delegation | undefined
  /** Tell a waiting client how far the work is. Does nothing when the client did not ask. */
  progress(progress: Progress): void
  /** Send a log line to the client, when it asked for that level. */
  log(level: LogLevel, data: unknown): void
  readonly interaction: Interaction
  /** Tell subscribers, on every replica, that something changed. */
  readonly changed: ChangeNotifier<Audience>
}

export type LogLevel = 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical' | 'alert' | 'emergency'

interface ToolBase<Scope extends string, Input extends z.ZodObject, Output extends z.ZodObject | undefined> {
  /** `verb_noun`, at most 48 characters of `[a-z0-9_]`, so that the gateway's prefix still fits. */
  name: string
  title: string
  /** For the model: what it answers, and which other tool to use instead when it is the wrong one. */
  description: string
  scopes: NonEmpty<Scope>
  /** Not needed for a call, but with them it shows more. Answers then differ by scope: cache them per principal. */
  optionalScopes?: readonly Scope[]
  /** Scopes of other domains that a call may use on the caller's behalf, through `delegation`. */
  delegates?: readonly string[]
  data?: DataClass
  limits?: Limits
  /** Units that a call costs: what the gateway counts usage and budgets in. 1 unless given; a whole number. */
  cost?: number
  input: Input
  /** The JSON Schema to list instead of the one derived from `input`, for what zod cannot say. */
  inputJsonSchema?: Record<string, unknown>
  output?: Output
  /** Argument names mirrored into `Mcp-Param-*` headers by clients (MCP streamable-http, Custom Headers). */
  headers?: { readonly [K in keyof z.input<Input>]?: string }
  /** The page that shows what it answers, in hosts that have the MCP Apps extension. What it answers stays the same. */
  app?: App
  /** Extra `_meta` of the tool as listed. */
  meta?: Record<string, unknown>
}

export type ToolReturn<Output extends z.ZodObject | undefined> = Output extends z.ZodObject
  ? z.input<Output> | RichResult<z.input<Output>>
  : readonly ContentBlock[]

type ReadTool<Deps> = { effect: 'read'; cache?: RevisedCache<Deps>; clears?: never; idempotent?: never }
type WriteTool = {
  effect: 'write' | 'destroy'
  cache?: never
  /** Cache tags that a successful call makes stale. */
  clears?: readonly string[]
  /** The same arguments twice act once. */
  idempotent?: boolean
}

type Run<Input extends z.ZodObject, Returned, Deps, Audience> = (
  context: ToolContext<z.output<Input>, Deps, Audience>,
) => Promise<Returned> | Returned

type Working<Input extends z.ZodObject, Output extends z.ZodObject | undefined, Deps, Audience> =
  | { task?: never; run: Run<Input, ToolReturn<Output>, Deps, Audience> }
  | {
      /** The work may outlast the call: `run` may return `asTask(id)`. Needs `tasks` in the domain. */
      task: TaskPolicy<ToolReturn<Output>>
      run: Run<Input, ToolReturn<Output> | TaskHandle, Deps, Audience>
      // The work ends after the call, so what it makes stale is the work's own to clear.
      cache?: never
      clears?: never
    }

export type ToolDefinition<
  Scope extends string,
  Input extends z.ZodObject,
  Output extends z.ZodObject | undefined,
  Deps,
  Audience = never,
> = ToolBase<Scope, Input, Output> & Working<Input, Output, Deps, Audience> & (ReadTool<Deps> | WriteTool)

/** A tool as inert data; `domain` keeps another domain's tool out of a server at compile time. */
export type Tool<Domain extends string = string> = {
  readonly kind: 'tool'
  readonly domain: Domain
  // biome-ignore lint/suspicious/noExplicitAny: erased on purpose; defineTool has checked the parts against each other
} & Readonly<ToolDefinition<string, z.ZodObject, any, any, any>>
