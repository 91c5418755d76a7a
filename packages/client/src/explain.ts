import { OverloadedError, TimeoutError, UnavailableError } from '@atoll/errors'
import {
  BadAnswerError,
  FailedUnderWayError,
  OutcomeUnknownError,
  TokenUnavailableError,
  TransportFailure,
  type TransportReason,
} from './failure.ts'
import { NoTokenError } from './token-for.ts'

/** What a failure of the transport, or of the server under way, means to the one who asked; anything else is returned as it is. */
export function explain(error: unknown, server: string, isRepeatable: boolean, timeout: number): unknown {
  if (error instanceof NoTokenError) return withoutToken(error.cause)
  if (error instanceof FailedUnderWayError) return isRepeatable ? error : outcomeUnknown(error.message, error)
  if (!(error instanceof TransportFailure)) return error
  if (error.reason === 'aborted') return error.cause ?? error
  const what = WORDS[error.reason](server, timeout)
  const options = { cause: error.cause ?? error }
  if (error.sent && !isRepeatable) return outcomeUnknown(what, options.cause)
  if (error.reason === 'deadline') return new TimeoutError(what, options)
  if (error.reason === 'full') return new OverloadedError(what, { ...options, retryAfter: AGAIN.full })
  if (error.reason === 'shut') return new UnavailableError(what, { ...options, retryAfter: AGAIN.shut })
  if (error.reason === 'malformed' || error.reason === 'too-large') return new BadAnswerError(what, options)
  return new UnavailableError(what, options)
}

/** For a call that changes things, after `what` happened to it. */
function outcomeUnknown(what: string, cause: unknown): OutcomeUnknownError {
  const advice = 'The call may have been carried out all the same: look before you repeat it.'
  return new OutcomeUnknownError(`${what} ${advice}`, { cause })
}

/** Whoever hands out tokens is away, which is not the same as the server. */
function withoutToken(cause: unknown): unknown {
  if (!(cause instanceof UnavailableError)) return cause
  const { message, retryAfter } = cause
  return new TokenUnavailableError(message, { cause, ...(retryAfter !== undefined && { retryAfter }) })
}

/** Seconds. */
const AGAIN = { full: 1, shut: 5 }

const WORDS = {
  connect: (server: string) => `${server} cannot be reached right now.`,
  deadline: (server: string, timeout: number) =>
    `${server} did not answer within ${Number((timeout / 1000).toFixed(2))} s.`,
  broken: (server: string) => `${server} broke off the connection before it answered.`,
  'too-large': (server: string) => `${server} sent a larger answer than is accepted.`,
  shut: (server: string) => `${server} failed too often just now and is left alone for a moment.`,
  full: (server: string) => `${server} has as many calls as it can take right now.`,
  malformed: (server: string) => `${server} sent an answer that is not valid MCP.`,
} satisfies Record<Exclude<TransportReason, 'aborted'>, (server: string, timeout: number) => string>
