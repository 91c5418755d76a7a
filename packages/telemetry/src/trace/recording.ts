import {
  type Context,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { redact } from '../log/redact.ts'
import { ActiveOperation, type StartOptions } from './active-operation.ts'
import { recorded } from './decision.ts'
import type { Operation } from './operation.ts'
import { errorTypeOf, type Outcome } from './outcome.ts'
import type { Tracing } from './sdk.ts'
import { ATTRIBUTE } from './semantic.ts'
import { contextOf, spanContextOf } from './span-context.ts'
import { type Carrier, readTraceContext, type TraceContext } from './trace-context.ts'

/** An execution with a span. */
export class Recording extends ActiveOperation {
  readonly #span: Span
  readonly #context: Context
  readonly #traceContext: TraceContext

  constructor(
    operation: Operation,
    options: StartOptions,
    parent: TraceContext | undefined,
    tracing: Tracing,
  ) {
    super(operation, options, parent, true)
    const around =
      parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent))
    this.#span = tracing.tracer.startSpan(
      operation.spanName,
      {
        kind: operation.kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
        attributes: attributesOf(operation, options),
        links: linksOf(options, parent),
      },
      recorded(around),
    )
    this.#context = trace.setSpan(context.active(), this.#span)
    this.#traceContext = contextOf(this.#span.spanContext())
  }

  override get traceContext(): TraceContext {
    return this.#traceContext
  }

  override get isRecording(): boolean {
    return true
  }

  override run<T>(fn: () => T): T {
    return context.with(this.#context, fn)
  }

  protected override finish(outcome: Outcome): void {
    const errorType = errorTypeOf(outcome)
    if (outcome.statusCode !== undefined) {
      this.#span.setAttribute(ATTRIBUTE.statusCode, String(outcome.statusCode))
    }
    if (errorType !== undefined) {
      this.#span.setAttribute(ATTRIBUTE.errorType, errorType)
      this.#span.setStatus({
        code: SpanStatusCode.ERROR,
        ...(outcome.message !== undefined && { message: redact(outcome.message) }),
      })
    }
    this.#span.end()
  }
}

function attributesOf(operation: Operation, { requestId, protocolVersion }: StartOptions) {
  return {
    ...operation.attributes,
    ...(requestId != null && { [ATTRIBUTE.requestId]: String(requestId) }),
    ...(protocolVersion !== undefined && { [ATTRIBUTE.protocolVersion]: protocolVersion }),
  }
}

/** The HTTP span, when it is not the parent already. */
function linksOf({ headers }: StartOptions, parent: TraceContext | undefined): Link[] {
  const http = trace.getActiveSpan()?.spanContext() ?? headerContext(headers)
  return http === undefined || http.spanId === parent?.spanId ? [] : [{ context: http }]
}

function headerContext(headers: Carrier | undefined): SpanContext | undefined {
  const found = readTraceContext(headers)
  return found && spanContextOf(found)
}
