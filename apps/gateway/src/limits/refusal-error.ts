import { type AppError, LimitedError } from '@atoll/errors'
import type { Applied } from './apply-limits.ts'
import { BudgetExhaustedError } from './budget-exhausted-error.ts'

/** What a caller is told whom a limit or a budget refuses. */
export function refusalError({ name, kind, words, counter }: Applied, retryAfter: number): AppError {
  const { span } = counter
  const renewsAt = span && new Date(span.end).toISOString()
  const options = { retryAfter, details: { limit: name, ...(renewsAt && { renewsAt }) } }
  if (kind === 'budget')
    return new BudgetExhaustedError(
      `The budget "${name}" of ${words} is used up; it renews at ${renewsAt}.`,
      options,
    )
  if (kind === 'quota')
    return new LimitedError(`Too many requests: ${words} is the limit, which renews at ${renewsAt}.`, options)
  return new LimitedError(`Too many requests: the limit is ${words}.`, options)
}
