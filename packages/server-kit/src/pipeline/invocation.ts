import type { TokenExchange } from '@atoll/auth'
import type { ResultCache } from '@atoll/cache'
import type { ActiveOperation, AuditLog, Logger, Operation } from '@atoll/telemetry'
import type { Changes } from '../define/changes.ts'
import type { Tasks } from '../define/task.ts'
import type { DataClass, Effect, Limits, RevisedCache } from '../define/tool.ts'
import type { Cancellation } from '../edge/cancellation.ts'
import type { Call, Result } from '../edge/service.ts'
import type { RequestState } from '../interaction/request-state.ts'
import type { Limiters } from './limiters.ts'

/** What every step may know of the thing that is called; made once, at start. */
export interface Item {
  readonly kind: 'tool' | 'resource' | 'prompt' | 'listing' | 'completion' | 'task'
  readonly server: string
  readonly version: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly effect: Effect
  readonly data: DataClass
  readonly limits: Required<Limits>
  readonly cache: RevisedCache<unknown> | undefined
  readonly clears: readonly string[]
  readonly operation: Operation
  /** Throws InvalidError. */
  parse(raw: unknown): unknown
  /** Run the handler; what it resolves to still has to be checked. */
  run(invocation: Invocation): unknown
  /** Turn what the handler returned into a result, or throw. */
  check(returned: unknown, invocation: Invocation): Result
}

/** One trip of one call through the pipeline. */
export interface Invocation {
  readonly call: Call
  readonly item: Item
  /** As sent until `readInput`, parsed after it. */
  input: unknown
  /** For resources: the URI; for tasks the domain's id; for tools and prompts their name. */
  readonly target: string
  /** Ends the run from outside: the caller's own, or that of all who share the run. */
  readonly caller: Cancellation
  /** Whether what comes of it may be told to others, or again. */
  readonly isForOthers?: boolean
  /** The caller's and the deadline's end, in one. */
  readonly cancellation: Cancellation
  /** None until `boundTime`. */
  deadline: Deadline
  readonly answers: Readonly<Record<string, unknown>>
  operation: ActiveOperation | undefined
  /** Set by the step that refuses, for the audit. */
  refusedBy: string | undefined
}

export interface Deadline {
  /** While a person is being asked, the clock of the tool stands still. */
  pause(): void
  resume(): void
}

/** What the steps need from the server around them. */
export interface Kit {
  readonly logger: Logger
  readonly audit: AuditLog
  readonly cache: ResultCache
  readonly limiters: Limiters
  readonly requestState: RequestState
  readonly changes: Changes<unknown>
  /** For tokens to act for callers elsewhere. */
  readonly exchange: TokenExchange | undefined
  /** Runs `connect()` once; rejects with UnavailableError until it has. */
  deps(): unknown
  /** The domain's; throws until `deps` are there. */
  tasks(): Tasks
  /** Whether the server is about to stop, so that nobody should be kept waiting. */
  isDraining(): boolean
  /** Calls back when a task may have changed. Returns how to stop listening. */
  onTaskChange(id: string, listener: () => void): () => void
}

export type Next = (invocation: Invocation) => Promise<Result>
/** Builds one step for one item; returns `next` itself where it has nothing to do. */
export type Step = (item: Item, kit: Kit, next: Next) => Next
