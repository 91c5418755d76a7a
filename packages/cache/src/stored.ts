import { deepFreeze } from './freeze.ts'

/** What is kept under a key: the value, and how many bytes its JSON has. */
export interface Stored {
  readonly bytes: number
  readonly value: unknown
}

/**
 * A frozen copy of a result as it will come back from the cache, so that the first caller gets what the next will
 * and the tool's own objects stay its own. Undefined when it has no JSON or too much.
 */
export function toStored(value: unknown, maxBytes: number): Stored | undefined {
  const text = jsonOf(value)
  if (text === undefined) return undefined
  const bytes = Buffer.byteLength(text)
  return bytes > maxBytes ? undefined : { bytes, value: deepFreeze(JSON.parse(text)) }
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
