import { trace } from '@opentelemetry/api'
import type { Logger } from 'pino'
import type { Histogram, ObservedSeries } from '../metrics/histogram.ts'
import { ActiveOperation, type StartOptions } from './active-operation.ts'
import { errorTypeOf, type Outcome } from './outcome.ts'
import { Recording } from './recording.ts'
import type { Tracing } from './sdk.ts'
import { ATTRIBUTE, OTHER, PROTOCOL_VERSIONS } from './semantic.ts'
import { contextOf } from './span-context.ts'
import { readTraceContext, type TraceContext } from './trace-context.ts'

export type OperationKind = 'server' | 'client'

export const DURATION_LABELS = [
  'mcp_method_name',
  'gen_ai_tool_name',
  'gen_ai_prompt_name',
  'gen_ai_operation_name',
  'error_type',
  'mcp_protocol_version',
  'network_transport',
  'server_address',
] as const
export type DurationLabel = (typeof DURATION_LABELS)[number]

export interface OperationOptions {
  kind?: OperationKind
  /** `tcp` for HTTP, `pipe` for stdio. */
  transport?: 'tcp' | 'pipe'
  /** Client operations: which server is called. Must come from configuration, never from a caller. */
  serverAddress?: string
  serverPort?: number
}

/** What all operations of one process share. */
export interface OperationRuntime {
  /** Undefined while tracing is off. */
  tracing: Tracing | undefined
  isTracing: boolean
  decide(parent: TraceContext | undefined): boolean
  durations: Record<OperationKind, Histogram<DurationLabel>>
  logger: Logger
}

/** Distinct error types per operation; they come from code, this bounds a mistake. */
const MAX_ERROR_TYPES = 50

/** One method with one tool or prompt: its span name, attributes and series are made once, at start. */
export class Operation {
  readonly method: string
  readonly name: string | undefined
  readonly kind: OperationKind
  readonly spanName: string
  readonly attributes: Readonly<Record<string, string | number>>
  readonly runtime: OperationRuntime
  readonly #labels: Readonly<Partial<Record<DurationLabel, string>>>
  readonly #series = new Map<string | undefined, Map<string | undefined, ObservedSeries>>()

  constructor(
    runtime: OperationRuntime,
    method: string,
    name: string | undefined,
    options: OperationOptions,
  ) {
    const { kind = 'server', transport = 'tcp', serverAddress, serverPort } = options
    const isTool = method === 'tools/call' && name !== undefined
    const isPrompt = method === 'prompts/get' && name !== undefined
    this.method = method
    this.name = name
    this.kind = kind
    this.runtime = runtime
    this.spanName = isTool || isPrompt ? `${method} ${name}` : method
    this.attributes = {
      [ATTRIBUTE.method]: method,
      ...(isTool && { [ATTRIBUTE.toolName]: name, [ATTRIBUTE.operationName]: 'execute_tool' }),
      ...(isPrompt && { [ATTRIBUTE.promptName]: name }),
      [ATTRIBUTE.transport]: transport,
      ...(transport === 'tcp' && { [ATTRIBUTE.protocolName]: 'http' }),
      ...(serverAddress !== undefined && { [ATTRIBUTE.serverAddress]: serverAddress }),
      ...(serverPort !== undefined && { [ATTRIBUTE.serverPort]: serverPort }),
    }
    this.#labels = {
      mcp_method_name: method,
      ...(isTool && { gen_ai_tool_name: name, gen_ai_operation_name: 'execute_tool' }),
      ...(isPrompt && { gen_ai_prompt_name: name }),
      network_transport: transport,
      ...(serverAddress !== undefined && { server_address: serverAddress }),
    }
  }

  /** Begin one execution. Always `end` it. */
  start(options: StartOptions = {}): ActiveOperation {
    const { runtime } = this
    if (!runtime.isTracing) return new ActiveOperation(this, options, undefined, false)
    const parent = parentOf(options)
    if (runtime.tracing === undefined || !runtime.decide(parent)) {
      return new ActiveOperation(this, options, parent, true)
    }
    return new Recording(this, options, parent, runtime.tracing)
  }

  /** The series of an outcome. */
  series(version: string | undefined, outcome: Outcome): ObservedSeries {
    const errorType = errorTypeOf(outcome)
    const byError = this.#series.get(version)
    return byError?.get(errorType) ?? this.#addSeries(version, errorType)
  }

  #addSeries(version: string | undefined, errorType: string | undefined): ObservedSeries {
    const known = version === undefined || PROTOCOL_VERSIONS.some((each) => each === version)
    const label = known ? version : OTHER
    const byError = this.#series.get(label) ?? new Map<string | undefined, ObservedSeries>()
    this.#series.set(label, byError)
    const error = errorType !== undefined && byError.size >= MAX_ERROR_TYPES ? OTHER : errorType
    const series = this.runtime.durations[this.kind].with({
      ...this.#labels,
      mcp_protocol_version: label,
      error_type: error,
    })
    byError.set(error, series)
    return series
  }
}

/** `_meta` first (SEP-414), then the operation this one is part of, then the span that is current. */
function parentOf({ meta, parent, headers }: StartOptions): TraceContext | undefined {
  return readTraceContext(meta) ?? parent?.traceContext ?? ambient() ?? readTraceContext(headers)
}

function ambient(): TraceContext | undefined {
  const span = trace.getActiveSpan()?.spanContext()
  if (span === undefined) return undefined
  return contextOf(span)
}
