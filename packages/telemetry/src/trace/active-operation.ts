import type { Logger } from 'pino'
import type { Operation } from './operation.ts'
import { type Outcome, SUCCESS } from './outcome.ts'
import {
  type Carrier,
  readTraceContext,
  type TraceContext,
  unsampledContext,
  writeTraceContext,
} from './trace-context.ts'

export interface StartOptions {
  /** `_meta` of the request: `traceparent` and `tracestate` in it are the parent (SEP-414). */
  meta?: Carrier | undefined
  /** HTTP headers: their context is linked, or the parent when `_meta` has none. */
  headers?: Carrier | undefined
  /** The operation this one is part of: a client call inside a server's handling. */
  parent?: ActiveOperation | undefined
  /** JSON-RPC id. */
  requestId?: string | number | null | undefined
  /** What people quote when they ask for help; `request_id` in the logs. */
  logId?: string | undefined
  protocolVersion?: string | undefined
}

/** One execution that leaves a duration but no span. `Recording` adds the span. */
export class ActiveOperation {
  protected readonly operation: Operation
  protected readonly options: StartOptions
  readonly #startedAt = performance.now()
  #context: TraceContext | undefined
  /** Off: the parent is read when somebody asks, and no trace begins here. */
  readonly #isTracing: boolean
  #isOver = false

  constructor(
    operation: Operation,
    options: StartOptions,
    context: TraceContext | undefined,
    isTracing: boolean,
  ) {
    this.operation = operation
    this.options = options
    this.#context = context
    this.#isTracing = isTracing
  }

  /** Where work done for this operation continues the trace; undefined when there is no trace. */
  get traceContext(): TraceContext | undefined {
    if (this.#context !== undefined) return this.#context
    if (this.#isTracing) this.#context = unsampledContext()
    else {
      const { meta, parent, headers } = this.options
      this.#context = readTraceContext(meta) ?? parent?.traceContext ?? readTraceContext(headers)
    }
    return this.#context
  }

  get traceId(): string | undefined {
    return this.traceContext?.traceId
  }

  /** Whether a span is being recorded. */
  get isRecording(): boolean {
    return false
  }

  /** The process's logger with this operation's ids bound. */
  get logger(): Logger {
    const { logId, requestId } = this.options
    return this.operation.runtime.logger.child({
      trace_id: this.traceId,
      span_id: this.isRecording ? this.traceContext?.spanId : undefined,
      request_id: logId ?? requestId ?? undefined,
    })
  }

  /** Call `fn` with this operation as the current one, when it records. */
  run<T>(fn: () => T): T {
    return fn()
  }

  /** A copy of `meta` with this operation as the parent; `baggage` is dropped. */
  inject(meta?: Carrier): Record<string, unknown> {
    return writeTraceContext(meta, this.traceContext)
  }

  /** Record the duration and finish the span. A second call does nothing. */
  end(outcome: Outcome = SUCCESS): void {
    if (this.#isOver) return
    this.#isOver = true
    const seconds = (performance.now() - this.#startedAt) / 1000
    this.operation.series(this.options.protocolVersion, outcome).observe(seconds)
    this.finish(outcome)
  }

  protected finish(_outcome: Outcome): void {}
}
