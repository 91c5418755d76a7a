import { AppError, UnavailableError } from '@atoll/errors'
import { RpcError, TransportFailure } from './failure.ts'

export function tookNoConnection(error: unknown): boolean {
  return error instanceof TransportFailure && error.reason === 'connect'
}

/** Took no connection, or broke it off. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TransportFailure && (error.reason === 'connect' || error.reason === 'broken')
}

/** It was sent, and nobody waits for it any longer. */
export function wasGivenUp(error: unknown): boolean {
  return (
    error instanceof TransportFailure &&
    error.sent &&
    (error.reason === 'aborted' || error.reason === 'deadline')
  )
}

/** Milliseconds by which a timer may be early: the caller's own deadline is none before which there is time left. */
const EARLY = 10

/** The handshake, which has its own time, was not over when that was: the caller has some left, and nothing was sent. */
export function wasNotInTime(error: unknown, deadline: number): boolean {
  if (!(error instanceof TransportFailure) || error.reason !== 'deadline' || error.sent) return false
  return performance.now() + EARLY < deadline
}

/**
 * What an answer costs the others that was read as far as it may be, in failures that cost them nothing: two of them are
 * more than half of the last 20, so that the breaker opens whatever was before.
 */
const TOO_LARGE = 6

/**
 * For how many failures an error counts at the instance that was asked. A prompt answer that is wrong or refuses costs
 * the others nothing, and may be about this one request. Undefined where there was no answer and not time enough for
 * one, or it was not asked.
 */
export function weighFailure(error: unknown): number | undefined {
  if (error instanceof UnavailableError) return 1
  if (!(error instanceof TransportFailure))
    return error instanceof AppError || error instanceof RpcError ? 0 : undefined
  if (error.reason === 'too-large') return TOO_LARGE
  if (error.reason === 'malformed') return 0
  return isUnreachable(error) || (error.reason === 'deadline' && error.sent && !error.isBlameless)
    ? 1
    : undefined
}

/** For requests whose callers have less time than an answer may take. */
export function withoutBlame(error: unknown): never {
  if (error instanceof TransportFailure && error.reason === 'deadline') error.isBlameless = true
  throw error
}
