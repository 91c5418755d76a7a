import { AppError } from './app-error.ts'

/** What a stranger may learn of an error. */
export interface ErrorDescription {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly retryable: boolean
  /** Seconds. */
  readonly retryAfter?: number
  readonly details?: Readonly<Record<string, unknown>>
  readonly requestId: string
}

/** The one place that decides what an error says outside: an AppError itself, anything else `INTERNAL`. */
export function describeError(error: unknown, requestId: string): ErrorDescription {
  if (!(error instanceof AppError)) {
    return {
      code: 'INTERNAL',
      message: `Something went wrong on our side. Quote request id ${requestId} when you ask for help.`,
      status: 500,
      retryable: false,
      requestId,
    }
  }
  return {
    code: error.code,
    message: error.message,
    status: error.status,
    retryable: error.retryable,
    requestId,
    ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
    ...(error.details !== undefined && { details: error.details }),
  }
}
