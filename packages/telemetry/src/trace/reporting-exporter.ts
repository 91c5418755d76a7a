import type { SpanExporter } from '@opentelemetry/sdk-trace'

/** An exporter that tells how many spans it lost and why; the SDK itself tells nobody at shutdown. */
export function reporting(
  exporter: SpanExporter,
  onLost: (spans: number, error: Error | undefined) => void,
): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.code !== 0) onLost(spans.length, result.error)
        done(result)
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  }
}
