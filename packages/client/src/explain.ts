import { TimeoutError, UnavailableError } from '@atoll/errors'
import { BadAnswerError, OutcomeUnknownError, TransportFailure } from './failure.ts'
import { NoTokenError } from './token-for.ts'

/** What a transport failure means to the one who asked; anything else is returned as it is. */
export function explain(error: unknown, server: string, isRepeatable: boolean, timeout: number): unknown {
  if (error instanceof NoTokenError) return error.cause
  if (!(error instanceof TransportFailure)) return error
  if (error.reason === 'aborted') return error.cause ?? error
  const what = WORDS[error.reason](server, timeout)
  const options = { cause: error.cause ?? error }
  if (error.sent && !isRepeatable) {
    const advice = 'The call may have been carried out all the same: look before you repeat it.'
    return new OutcomeUnknownError(`${what} ${advice}`, options)
  }
  if (error.reason === 'deadline') return new TimeoutError(what, options)
  if (error.reason === 'malformed' || error.reason === 'too-large') return new BadAnswerError(what, options)
  return new UnavailableError(what, options)
}

const WORDS = {
  connect: (server: string) => `${server} cannot be reached right now.`,
  deadline: (server: string, timeout: number) =>
    `${server} did not answer within ${Number((timeout / 1000).toFixed(2))} s.`,
  broken: (server: string) => `${server} broke off the connection before it answered.`,
  'too-large': (server: string) => `${server} sent a larger answer than is accepted.`,
  malformed: (server: string) => `${server} sent an answer that is not valid MCP.`,
} satisfies Record<string, (server: string, timeout: number) => string>
