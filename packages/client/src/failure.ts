import { AppError, UnavailableError } from '@atoll/errors'
import type { ResumePoint } from './sse.ts'

/** The server answered with a JSON-RPC error (MCP basic/index, Error Codes). Its words are not ours to vouch for. */
export class RpcError extends Error {
  readonly code: number
  readonly data: unknown
  /** HTTP status that carried it. */
  readonly status: number
  constructor(code: number, message: string, data: unknown, status: number) {
    super(message)
    this.name = 'RpcError'
    this.code = code
    this.data = data
    this.status = status
  }
}

/**
 * The connection, or the server itself, failed after a call that changes things had been sent, so nobody knows whether
 * it was carried out. Never retried; tells the caller to look first.
 */
export class OutcomeUnknownError extends AppError {
  readonly code = 'OUTCOME_UNKNOWN'
  readonly status = 502
}

/**
 * The server, or what stands before it, answered that the request failed, and may have worked on it before. Internal: for
 * a call that changes things callers see an OutcomeUnknownError.
 */
export class FailedUnderWayError extends UnavailableError {}

export type TransportReason =
  | 'connect'
  | 'deadline'
  | 'broken'
  | 'too-large'
  | 'malformed'
  | 'aborted'
  /** Its circuit breaker is open: it was not asked. */
  | 'shut'
  /** It has as many requests as it may have at once. */
  | 'full'

/** No usable answer came back. Internal: callers see an AppError made from it. */
export class TransportFailure extends Error {
  readonly reason: TransportReason
  /** Whether a byte of the request may have reached the server. */
  readonly sent: boolean
  /** It says nothing about the server: the caller had less time than an answer may take. */
  isBlameless = false
  /** From where the stream can be gone on with that broke off. */
  readonly resumeAt: ResumePoint | undefined
  constructor(reason: TransportReason, sent: boolean, cause?: unknown, resumeAt?: ResumePoint) {
    super(`Transport failure: ${reason}`, { cause })
    this.name = 'TransportFailure'
    this.reason = reason
    this.sent = sent
    this.resumeAt = resumeAt
  }
}

/** There is no token for the server right now. Whether the server would answer is not known. */
export class TokenUnavailableError extends UnavailableError {}

/** The server has no way to do this at all, so asking again will not help until it is another one. */
export class NotOfferedError extends AppError {
  readonly code = 'NOT_OFFERED'
  readonly status = 501
}

/** The server answered with something that is not MCP, or with more than is accepted. Asking again will not help. */
export class BadAnswerError extends AppError {
  readonly code = 'BAD_ANSWER'
  readonly status = 502
}
