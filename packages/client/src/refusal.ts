import {
  ForbiddenError,
  InsufficientScopeError,
  LimitedError,
  UnauthorizedError,
  UnavailableError,
} from '@atoll/errors'
import { firstHeader } from './envelope.ts'
import type { Answer } from './exchange.ts'
import { BadAnswerError, FailedUnderWayError, RpcError } from './failure.ts'

/** The error that an unsuccessful answer stands for. */
export function refusal(server: string, answer: Answer): Error {
  const { status, message } = answer
  if (status === 401) return new UnauthorizedError(`${server} does not accept these credentials.`)
  if (status === 403) return forbidden(server, firstHeader(answer.headers, 'www-authenticate'))
  const wait = retryAfter(firstHeader(answer.headers, 'retry-after'))
  if (status === 429) return new LimitedError(`${server} takes no more calls right now.`, wait)
  if (message?.error && status < 500) {
    return new RpcError(message.error.code, String(message.error.message), message.error.data, status)
  }
  // A redirect too: following it could take the token elsewhere.
  if (status < 500) return new BadAnswerError(`${server} answered with HTTP status ${status}.`)
  const words = `${server} answered with HTTP status ${status}.`
  return BEFORE_WORK.has(status) ? new UnavailableError(words, wait) : new FailedUnderWayError(words, wait)
}

/** Said instead of doing anything: not implemented, no room. */
const BEFORE_WORK: ReadonlySet<number> = new Set([501, 503])

function forbidden(server: string, challenge: string | undefined): Error {
  const scope = /\bscope="([^"]*)"/.exec(challenge ?? '')?.[1]
  const scopes = scope?.split(' ').filter((name) => name !== '') ?? []
  if (scopes.length > 0) return new InsufficientScopeError(scopes)
  return new ForbiddenError(`${server} does not allow this.`)
}

function retryAfter(header: string | undefined): { retryAfter?: number } {
  if (header === undefined) return {}
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000
  return Number.isFinite(seconds) ? { retryAfter: Math.max(0, seconds) } : {}
}
