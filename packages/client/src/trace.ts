import { type Attributes, context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Meta } from './envelope.ts'

export interface TracedCall {
  /** `_meta` with the trace context the server continues from. */
  readonly meta: Meta | undefined
  /** `error.type` of a failure: a JSON-RPC code, `tool_error`, or the name of an error. */
  end(errorType?: string): void
}

/**
 * A CLIENT span around one request, when the caller is being traced (OpenTelemetry semantic conventions for MCP).
 * Otherwise the `_meta` passes as it came, so that a trace started elsewhere still goes through.
 */
export function traceCall(
  server: URL,
  method: string,
  target: string | undefined,
  meta: Meta | undefined,
): TracedCall {
  if (!trace.getActiveSpan()?.isRecording()) return { meta, end: ignore }
  const name = target === undefined ? method : `${method} ${target}`
  const span = trace
    .getTracer('@atoll/client')
    .startSpan(name, { kind: SpanKind.CLIENT, attributes: attributesOf(server, method, target) })
  const carrier: Record<string, unknown> = { ...meta }
  propagation.inject(trace.setSpan(context.active(), span), carrier)
  return {
    meta: carrier,
    end: (errorType) => {
      if (errorType !== undefined) {
        span.setAttribute('error.type', errorType)
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    },
  }
}

function attributesOf(server: URL, method: string, target: string | undefined): Attributes {
  return {
    'mcp.method.name': method,
    'network.transport': 'tcp',
    'server.address': server.hostname,
    'server.port': Number(server.port) || (server.protocol === 'https:' ? 443 : 80),
    ...(method === 'tools/call' && {
      'gen_ai.operation.name': 'execute_tool',
      ...(target !== undefined && { 'gen_ai.tool.name': target }),
    }),
    ...(method === 'prompts/get' && target !== undefined && { 'gen_ai.prompt.name': target }),
  }
}

function ignore(): void {}
