import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'

/** Keeps what is exported, also after the end. */
export function keptSpans(): SpanExporter & { readonly spans: ReadableSpan[] } {
  const spans: ReadableSpan[] = []
  return {
    spans,
    export(more, done) {
      spans.push(...more)
      done({ code: 0 })
    },
    shutdown: async () => {},
  }
}
