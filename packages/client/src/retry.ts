import { LimitedError, UnavailableError } from '@atoll/errors'
import { TransportFailure, type TransportReason } from './failure.ts'
import { RETRY_BUDGET, type RetryBudgetOptions } from './retry-budget.ts'

export interface RetryOptions {
  /** Attempts at most, the first one included. */
  readonly attempts: number
  /** Milliseconds of the first pause; each later one may be twice as long. */
  readonly firstPause: number
  readonly longestPause: number
  /** How many retries and hedges of what reached the server there may be, as a share of requests. */
  readonly budget: Partial<RetryBudgetOptions>
}

export const RETRY: RetryOptions = { attempts: 3, firstPause: 50, longestPause: 1000, budget: RETRY_BUDGET }

/**
 * Whether the same request may be sent once more. One that acts on the world may only when not a byte of the
 * failed attempt can have reached the server.
 */
export function mayRetry(error: unknown, isRepeatable: boolean): boolean {
  if (error instanceof TransportFailure) {
    if (FINAL.has(error.reason)) return false
    return !error.sent || (isRepeatable && error.reason === 'broken')
  }
  return isRepeatable && (error instanceof UnavailableError || error instanceof LimitedError)
}

/** Asking again does not help: nobody waits any more, or there is no better instance. */
const FINAL: ReadonlySet<TransportReason> = new Set(['aborted', 'deadline', 'shut', 'full'])

/** Whether a byte of the failed attempt may have reached the server, so that a retry adds to its load. */
export function wasSent(error: unknown): boolean {
  return !(error instanceof TransportFailure) || error.sent
}

/** Whether the instance was not asked at all, because it is shut. */
export function wasTurnedAway(error: unknown): boolean {
  return error instanceof TransportFailure && (error.reason === 'shut' || error.reason === 'full')
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
