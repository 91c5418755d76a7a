import { LimitedError, UnavailableError } from '@atoll/errors'
import { TransportFailure } from './failure.ts'

export interface RetryOptions {
  /** Attempts at most, the first one included. */
  readonly attempts: number
  /** Milliseconds of the first pause; each later one may be twice as long. */
  readonly firstPause: number
  readonly longestPause: number
}

export const RETRY: RetryOptions = { attempts: 3, firstPause: 50, longestPause: 1000 }

/**
 * Whether the same request may be sent once more. One that acts on the world may only when not a byte of the
 * failed attempt can have reached the server.
 */
export function mayRetry(error: unknown, isRepeatable: boolean): boolean {
  if (error instanceof TransportFailure) {
    if (error.reason === 'aborted' || error.reason === 'deadline') return false
    return !error.sent || (isRepeatable && error.reason === 'broken')
  }
  return isRepeatable && (error instanceof UnavailableError || error instanceof LimitedError)
}

/** Milliseconds to wait before attempt `attempt` (2 is the first retry): full jitter, or what the server asked for. */
export function pauseBefore(
  attempt: number,
  error: unknown,
  options: RetryOptions,
  random = Math.random,
): number {
  const asked =
    error instanceof UnavailableError || error instanceof LimitedError ? error.retryAfter : undefined
  if (asked !== undefined) return asked * 1000
  return random() * Math.min(options.firstPause * 2 ** (attempt - 2), options.longestPause)
}
