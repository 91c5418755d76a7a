import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import type { Output } from '../src/index.ts'

/** Keeps what is written, as text and as parsed lines. */
export interface Captured extends Output {
  readonly text: string
  readonly lines: Record<string, unknown>[]
}

export function capture(): Captured {
  let text = ''
  return {
    write(lines) {
      text += typeof lines === 'string' ? lines : Buffer.from(lines).toString()
      return true
    },
    waiting: 0,
    dropped: 0,
    flush: async () => {},
    flushSync() {},
    close: async () => {},
    get text() {
      return text
    },
    get lines() {
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    },
  }
}

/** Keeps every exported span. */
export function collectSpans(): SpanExporter & { readonly spans: ReadableSpan[] } {
  const spans: ReadableSpan[] = []
  return {
    spans,
    export(batch, done) {
      spans.push(...batch)
      done({ code: 0 })
    },
    shutdown: async () => {},
  }
}
