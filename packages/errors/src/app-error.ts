export interface AppErrorOptions {
  /** What happened underneath. Logged, never shown to the caller. */
  cause?: unknown
  /** Seconds after which trying again may work. */
  retryAfter?: number
  /** Facts that are safe to show a stranger, for a program to act on. */
  details?: Readonly<Record<string, unknown>>
}

/**
 * An error whose `message` is written to be shown to a stranger and says what to do.
 * `code` is stable and upper-snake; `status` is its HTTP status.
 */
export abstract class AppError extends Error {
  abstract readonly code: string
  abstract readonly status: number
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean = false
  readonly retryAfter: number | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = new.target.name
    this.retryAfter = options.retryAfter
    this.details = options.details
  }
}
