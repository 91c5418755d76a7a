import { AppError } from '@atoll/errors'

/** The command did what was asked, and it did not work out. */
export class FailedError extends AppError {
  readonly code = 'FAILED'
  readonly status = 500
}
