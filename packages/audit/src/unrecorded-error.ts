import { AppError } from '@atoll/errors'

/** A call is refused, or its answer withheld, because it cannot be recorded. */
export class UnrecordedError extends AppError {
  readonly code = 'UNRECORDED'
  readonly status = 503
  override readonly retryable: boolean

  private constructor(message: string, { cause, isDone }: { cause: unknown; isDone: boolean }) {
    super(message, { cause, ...(!isDone && { retryAfter: 5 }) })
    this.retryable = !isDone
  }

  /** Nothing was done yet. */
  static refused(cause: unknown): UnrecordedError {
    const message = 'Calls cannot be recorded right now, so none is carried out. Try again shortly.'
    return new UnrecordedError(message, { cause, isDone: false })
  }

  /** The call ran to its end; only a read may be repeated without looking. */
  static withheld(cause: unknown, mayHaveChanged: boolean): UnrecordedError {
    const message = mayHaveChanged
      ? 'This call could not be recorded, so its answer is withheld. It may have taken effect: look before you repeat it.'
      : 'This call could not be recorded, so its answer is withheld. Try again shortly.'
    return new UnrecordedError(message, { cause, isDone: mayHaveChanged })
  }
}
