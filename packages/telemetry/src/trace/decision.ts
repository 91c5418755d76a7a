import { type Context, createContextKey } from '@opentelemetry/api'

const RECORD = createContextKey('atoll: this operation is recorded')

/** Marks a context as one whose new root span is to be recorded. */
export function recorded(context: Context): Context {
  return context.setValue(RECORD, true)
}

export function isRecorded(context: Context): boolean {
  return context.getValue(RECORD) === true
}
