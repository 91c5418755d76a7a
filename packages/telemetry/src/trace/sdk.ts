import { context, type Tracer, trace } from '@opentelemetry/api'
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
import { reporting } from './reporting-exporter.ts'
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
  /** Told of every batch that could not be sent. */
  onLost(spans: number, error: Error | undefined): void
}

/** Spans are made into bytes on the thread that answers: four times as many stop it for 3 ms. */
const MOST_AT_ONCE = 128

/**
 * The heavy half of tracing: about 30 MB and 200 ms that a server without a collector never loads.
 * OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME and OTEL_EXPORTER_OTLP_* (headers, certificate, timeout,
 * compression) are read by the OpenTelemetry packages themselves.
 */
export function startTracing({ service, version, endpoint, exporter, onLost }: TracingOptions): Tracing {
  const sender = reporting(exporter ?? new OTLPTraceExporter({ url: endpoint }), onLost)
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': service, 'service.version': version }))
      .merge(detectResources({ detectors: [hostDetector, processDetector, envDetector] })),
    sampler: decidedSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter: sender, maxExportBatchSize: MOST_AT_ONCE })],
  })
  const manager = new AsyncLocalStorageContextManager().enable()
  // Whoever comes second in a process keeps its own provider and shares the first one's context.
  const isFirst = context.setGlobalContextManager(manager)
  const isGlobal = trace.setGlobalTracerProvider(provider)
  return {
    tracer: provider.getTracer('@atoll/telemetry', version),
    async shutdown() {
      if (isFirst) context.disable()
      if (isGlobal) trace.disable()
      try {
        await provider.shutdown()
      } finally {
        // Left open by the provider when its last batch fails.
        await sender.shutdown()
      }
    },
  }
}
