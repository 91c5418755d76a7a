import { LONGEST } from './transformer.ts'

/**
 * Cut the tokens of a text into parts of about the same length that the model can read. A text without tokens is one
 * empty part.
 */
export function windowsOf(tokens: readonly number[]): number[][] {
  const count = Math.max(1, Math.ceil(tokens.length / LONGEST))
  return Array.from({ length: count }, (_, index) =>
    tokens.slice(
      Math.round((index * tokens.length) / count),
      Math.round(((index + 1) * tokens.length) / count),
    ),
  )
}
