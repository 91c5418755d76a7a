import { AppError } from '@atoll/errors'

/** A tenant or team has used what it may in this month; `retryAfter` (seconds) says when the next one begins. */
export class BudgetExhaustedError extends AppError {
  readonly code = 'BUDGET_EXHAUSTED'
  readonly status = 429
  override readonly retryable = true
}
