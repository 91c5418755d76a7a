import { trace } from '@opentelemetry/api'
import { type Logger, pino } from 'pino'
import type { LogLevel } from '../config.ts'
import type { Output } from './output.ts'
import { prettyLine } from './pretty.ts'
import { redactLine } from './redact.ts'
import { serializeError } from './serialize-error.ts'

export type { Logger } from 'pino'

export interface LoggerOptions {
  service: string
  version: string
  level: LogLevel
  output: Output
  pretty: boolean
  colour: boolean
}

/** JSON lines with secrets removed and, inside a recorded operation, the ids of its span. */
export function createLogger({ service, version, level, output, pretty, colour }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service, version },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError, error: serializeError, cause: serializeError },
      mixin: spanIds,
      hooks: {
        streamWrite: (line) => {
          const clean = redactLine(line)
          return pretty ? prettyLine(clean, colour) : clean
        },
      },
    },
    output,
  )
}

// Never a shared object: pino assigns the entry's own fields onto what the mixin returns.
function spanIds(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext()
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId }
}
