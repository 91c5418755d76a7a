import { AppError, type AppErrorOptions } from './app-error.ts'

/** The thing does not exist, or the caller may not know that it does. */
export class NotFoundError extends AppError {
  readonly code = 'NOT_FOUND'
  readonly status = 404
  constructor(kind: string, id?: string, options?: AppErrorOptions) {
    super(`There is no ${kind}${id === undefined ? '' : ` "${printable(id)}"`} that you can see.`, options)
  }
}

/** The caller is known and may not do this. */
export class ForbiddenError extends AppError {
  readonly code: string = 'FORBIDDEN'
  readonly status = 403
}

/** The token lacks scopes; `scopes` names all that the operation needs (RFC 6750 section 3.1). */
export class InsufficientScopeError extends ForbiddenError {
  override readonly code = 'INSUFFICIENT_SCOPE'
  readonly scopes: readonly string[]
  constructor(scopes: readonly string[], options?: AppErrorOptions) {
    super(`This needs the scope${scopes.length === 1 ? '' : 's'} ${scopes.join(' ')}.`, {
      ...options,
      details: { scopes },
    })
    this.scopes = scopes
  }
}

/** There is no valid identity on the request. */
export class UnauthorizedError extends AppError {
  readonly code = 'UNAUTHORIZED'
  readonly status = 401
}

/** The input breaks a rule; the message names the field and what is allowed. */
export class InvalidError extends AppError {
  readonly code = 'INVALID'
  readonly status = 400
}

/** The input is fine, but the present state does not allow the operation. */
export class ConflictError extends AppError {
  readonly code = 'CONFLICT'
  readonly status = 409
}

/** Too many calls; `retryAfter` (seconds) says when the next one fits. */
export class LimitedError extends AppError {
  readonly code = 'LIMITED'
  readonly status = 429
  override readonly retryable = true
}

/** A dependency is down or a deadline passed. */
export class UnavailableError extends AppError {
  readonly code: string = 'UNAVAILABLE'
  readonly status: number = 503
  override readonly retryable: boolean = true
}

export interface TimeoutErrorOptions extends AppErrorOptions {
  /** The operation changes something and had begun: its caller is told to look rather than to repeat it. Default false. */
  mayHaveChanged?: boolean
}

/** The operation did not finish within its deadline. */
export class TimeoutError extends UnavailableError {
  override readonly code = 'TIMEOUT'
  override readonly status = 504
  override readonly retryable: boolean
  constructor(message: string, { mayHaveChanged = false, ...options }: TimeoutErrorOptions = {}) {
    super(
      mayHaveChanged ? `${message} It may have taken effect: look before you repeat it.` : message,
      options,
    )
    this.retryable = !mayHaveChanged
  }
}

/** There is more to do than can be done in time; nothing of the call was carried out. */
export class OverloadedError extends UnavailableError {
  override readonly code = 'OVERLOADED'
}

function printable(id: string): string {
  const clean = id.replace(/\p{C}/gu, '?')
  return clean.length > 100 ? `${clean.slice(0, 100)}…` : clean
}
