export type FailureReason = 'unreachable' | 'late' | 'limited' | 'broken' | 'refused' | 'moved' | 'malformed'

const WORTH_ANOTHER_TRY = new Set<FailureReason>(['unreachable', 'late', 'limited', 'broken'])
/** Statuses that say something of the texts, not of the service. */
const ABOUT_THE_TEXTS = new Set([400, 413, 422])

export interface FailureFacts {
  status?: number
  /** Seconds after which the service wants to be asked again. */
  retryAfter?: number | undefined
}

/**
 * Why one request to the embedding service failed, for the log. It holds nothing of what was sent or answered, which
 * might name the key, and no error of the network's, which might hold the request.
 */
export class EndpointFailure extends Error {
  readonly reason: FailureReason
  readonly status: number | undefined
  readonly retryAfter: number | undefined

  constructor(reason: FailureReason, what: string, { status, retryAfter }: FailureFacts = {}) {
    super(`The embedding service ${what}`)
    this.name = 'EndpointFailure'
    this.reason = reason
    this.status = status
    this.retryAfter = retryAfter
  }

  get isWorthAnotherTry(): boolean {
    return WORTH_ANOTHER_TRY.has(this.reason)
  }

  /** Whether other texts would fail as well. */
  get isOfTheService(): boolean {
    return !ABOUT_THE_TEXTS.has(this.status ?? 0)
  }
}
