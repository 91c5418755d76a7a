import { InvalidError } from '@atoll/errors'
import type { z } from 'zod'

const SHOWN = 5

/** Parse arguments. Throws InvalidError naming each field and what it must be, never echoing values. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { issues } = parsed.error
  const lines = issues.slice(0, SHOWN).map((issue) => `${path(issue.path)}: ${issue.message}`)
  const more = issues.length > SHOWN ? ` (and ${issues.length - SHOWN} more)` : ''
  throw new InvalidError(`The arguments are not valid. ${lines.join('; ')}${more}`, {
    details: {
      issues: issues
        .slice(0, SHOWN)
        .map((issue) => ({ path: issue.path.map(String), message: issue.message })),
    },
  })
}

function path(parts: readonly PropertyKey[]): string {
  return parts.length === 0 ? 'arguments' : parts.map(String).join('.')
}
