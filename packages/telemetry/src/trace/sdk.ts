import { context, type DiagLogger, DiagLogLevel, diag, type Tracer, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  processDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { decidedSampler } from './sampler.ts'

export interface Tracing {
  readonly tracer: Tracer
  /** Sends what is waiting and stops. */
  shutdown(): Promise<void>
}

export interface TracingOptions {
  service: string
  version: string
  endpoint: string
  exporter?: SpanExporter | undefined
  /** Told of spans that could not be sent, at most once a minute. */
  onError(message: string): void
}

/**
 * The heavy half of tracing: about 30 MB and 200 ms that a server without a collector never loads.
 * OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME and OTEL_EXPORTER_OTLP_* (headers, certificate, timeout,
 * compression) are read by the OpenTelemetry packages themselves.
 */
export function startTracing({ service, version, endpoint, exporter, onError }: TracingOptions): Tracing {
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': service, 'service.version': version }))
      .merge(detectResources({ detectors: [hostDetector, processDetector, envDetector] })),
    sampler: decidedSampler(),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: exporter ?? new OTLPTraceExporter({ url: endpoint }) }),
    ],
  })
  diag.setLogger(onceAMinute(onError), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  const manager = new AsyncLocalStorageContextManager().enable()
  // Whoever comes second in a process keeps its own provider and shares the first one's context.
  const isFirst = context.setGlobalContextManager(manager)
  const isGlobal = trace.setGlobalTracerProvider(provider)
  return {
    tracer: provider.getTracer('@atoll/telemetry', version),
    async shutdown() {
      if (isFirst) context.disable()
      if (isGlobal) trace.disable()
      await provider.shutdown()
    },
  }
}

/** A collector that is away fails every few seconds; one line a minute says it as well. */
function onceAMinute(tell: (message: string) => void): DiagLogger {
  let last = Number.NEGATIVE_INFINITY
  const report = (...parts: unknown[]) => {
    if (performance.now() - last < 60_000) return
    last = performance.now()
    tell(parts.map(messageOf).join(' '))
  }
  return { error: report, warn: report, info() {}, debug() {}, verbose() {} }
}

// The SDK hands an error to its diagnostics as JSON, stack and all.
function messageOf(part: unknown): string {
  if (part instanceof Error) return part.message
  const text = String(part)
  try {
    const { message }: { message?: unknown } = JSON.parse(text)
    return String(message ?? text)
  } catch {
    return text
  }
}
