import { InvalidTokenError } from '@atoll/auth'
import { OutcomeUnknownError, RpcError, TokenUnavailableError } from '@atoll/client'
import {
  AppError,
  ForbiddenError,
  InsufficientScopeError,
  InvalidError,
  OverloadedError,
  toMcp,
  UnauthorizedError,
  UnavailableError,
} from '@atoll/errors'
import { type Call, type Params, ProtocolError, type Result, toProtocolError } from '@atoll/server-kit'
import { unknownUri } from './find-route.ts'
import { withoutOwn } from './gateway-scopes.ts'
import { refOf } from './policy/arguments-of.ts'

const INVALID_PARAMS = -32602
const INTERNAL_ERROR = -32603
const MISSING_CLIENT_CAPABILITY = -32021
/** Of the 2025 era; the first has another code now, and the second is a question. */
const RESOURCE_NOT_FOUND = -32002
const URL_ELICITATION_REQUIRED = -32042
/** Seconds after which a server that could not be reached is worth another try. */
const TRY_AGAIN = 5

/** What the server was asked for, and by whom. */
interface AskedFor {
  readonly params: Params
  readonly call: Call
  /** Whether it may be done twice. */
  readonly isRepeatable: boolean
}

/**
 * What a server's failure is to the gateway's caller. JSON-RPC errors that the caller can mend are handed on;
 * those about how the gateway spoke to the server (version, headers, method) are the gateway's own affair. What may not be
 * done twice and failed inside the server may have been done.
 */
export function translated(error: unknown, server: string, asked?: AskedFor): unknown {
  if (error instanceof RpcError) return translatedRpc(error, server, asked)
  if (error instanceof TokenUnavailableError) {
    const { message, cause, retryAfter = TRY_AGAIN } = error
    return new RefusingError(message, { cause, retryAfter })
  }
  if (error instanceof InsufficientScopeError) {
    const scopes = withoutOwn(error.scopes)
    if (scopes.length === error.scopes.length) return error
    if (scopes.length > 0) return new InsufficientScopeError(scopes)
    return new ForbiddenError(`${server} does not allow this.`, { cause: error })
  }
  // The caller's own, which whoever issued it does not stand by any more.
  if (error instanceof InvalidTokenError) return error
  if (error instanceof UnauthorizedError) {
    return new RefusingError(`${server} does not accept this gateway's credentials right now.`, {
      cause: error,
      retryAfter: TRY_AGAIN,
    })
  }
  if (error instanceof UnavailableError && error.retryAfter === undefined) {
    const { message, cause } = error
    const again = { cause: cause ?? error, retryAfter: TRY_AGAIN }
    return error.code === 'UNAVAILABLE' ? new UnavailableError(message, again) : error
  }
  return error
}

/** Whether the server could not be reached, or had no room or time; not that it answered otherwise. */
export function isAway(error: unknown): boolean {
  return error instanceof UnavailableError && !(error instanceof RefusingError)
}

/** It was not done, and not because the server is away. */
class RefusingError extends UnavailableError {}

/** A tool's failure is a result that the model can read; what belongs to the protocol is thrown on. */
export function asToolResult(error: unknown, call: Call): Result {
  if (isUndeclarable(error, call)) return { ...toMcp(new InvalidError(error.message), call.requestId) }
  if (isForTheEdge(error, call)) throw error
  return { ...toMcp(error, call.requestId) }
}

/** Resources, prompts and completions have no `isError`: their failures are JSON-RPC errors. */
export function asProtocolError(error: unknown, call: Call): unknown {
  if (isUndeclarable(error, call)) return new ProtocolError(INVALID_PARAMS, error.message)
  return isForTheEdge(error, call) ? error : toProtocolError(error, call.requestId)
}

/** Whether it is our fault, or a server's, so that somebody may have to look. */
export function isWorthLogging(error: unknown): boolean {
  // There would be a line for each of very many.
  if (error instanceof ProtocolError || error instanceof OverloadedError) return false
  return !(error instanceof AppError) || error.status >= 500
}

/** Stable, for the audit and metrics. */
export function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code
  return error instanceof ProtocolError ? String(error.code) : 'INTERNAL'
}

/** A capability is missing that clients of the 2025 era cannot declare in a request, nor know the error of. */
function isUndeclarable(error: unknown, { era }: Call): error is ProtocolError {
  return era === 'legacy' && error instanceof ProtocolError && error.code === MISSING_CLIENT_CAPABILITY
}

function isForTheEdge(error: unknown, call: Call): boolean {
  return (
    error instanceof ProtocolError ||
    error instanceof InsufficientScopeError ||
    error instanceof InvalidTokenError ||
    error instanceof OverloadedError ||
    call.cancellation.aborted
  )
}

function translatedRpc(error: RpcError, server: string, asked?: AskedFor): unknown {
  const { code, message, data, status } = error
  const details = typeof data === 'object' && data !== null ? { ...data } : undefined
  const uri = asked && (asked.params.uri ?? refOf(asked.params).uri)
  if (code === RESOURCE_NOT_FOUND && typeof uri === 'string') return unknownUri(uri)
  if (code === URL_ELICITATION_REQUIRED) {
    if (asked && opensPages(asked.call)) return new ProtocolError(code, message, details)
    return new InvalidError(
      `${server} wants a page to be opened first, and your client cannot be told which.`,
    )
  }
  const isReserved = code <= -32000 && code >= -32768
  const isCallers = code === INVALID_PARAMS || code === MISSING_CLIENT_CAPABILITY || isRefusal(details)
  if (!isReserved || isCallers) return new ProtocolError(code, message, details)
  const cause = new Error(`${server} answered HTTP ${status}, JSON-RPC ${code}: ${message}`)
  if (code === INTERNAL_ERROR && asked?.isRepeatable === false && !saysNoRoom(details)) {
    const advice = 'The call may have been carried out all the same: look before you repeat it.'
    return new OutcomeUnknownError(`${server} could not bring this to its end. ${advice}`, { cause })
  }
  return new RefusingError(`${server} could not carry this out.`, { cause })
}

function opensPages({ era, clientCapabilities }: Call): boolean {
  return era === 'legacy' && clientCapabilities.elicitation?.url !== undefined
}

/** What servers of the kit say before they begin. */
function saysNoRoom(details: Record<string, unknown> | undefined): boolean {
  return details?.status === 503
}

/** What servers of the kit say where they refuse rather than fail: a limit, a conflict, something forbidden. */
function isRefusal(details: Record<string, unknown> | undefined): boolean {
  const { code, status } = details ?? {}
  return typeof code === 'string' && typeof status === 'number' && status >= 400 && status < 500
}
