import { EndpointFailure } from './failure.ts'

export interface DelayOptions {
  /** Milliseconds before the first retry, at most; each further one waits up to twice as long. */
  firstDelay: number
  /** Milliseconds. */
  longestDelay: number
}

/** Milliseconds before retry `attempt`, from 1: at least what the service asked for, and not the same for all. */
export function delayBefore(attempt: number, failure: unknown, options: DelayOptions): number {
  const asked = failure instanceof EndpointFailure ? (failure.retryAfter ?? 0) * 1000 : 0
  const own = Math.min(options.longestDelay, options.firstDelay * 2 ** (attempt - 1))
  return asked + own * (0.5 + Math.random() / 2)
}
