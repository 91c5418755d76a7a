import {
  AppError,
  describeError,
  InsufficientScopeError,
  type McpErrorResult,
  NotFoundError,
  toMcp,
} from '@atoll/errors'
import type { Logger } from '@atoll/telemetry'
import { CallerGoneError } from '../edge/cancellation.ts'
import { INTERNAL_ERROR, INVALID_PARAMS, ProtocolError } from '../edge/protocol-error.ts'
import type { Call } from '../edge/service.ts'

/** A tool's failure is a result that the model can read; what belongs to the protocol is thrown on. */
export function toolFailure(error: unknown, call: Call, logger: Logger): McpErrorResult {
  if (isForTheEdge(error)) throw error
  return describeFailure(error, call, logger)
}

/** Any error as a result that the model can read. */
export function describeFailure(error: unknown, call: Call, logger: Logger): McpErrorResult {
  logUnexpected(error, call, logger)
  return toMcp(error, call.requestId)
}

/** Resources and prompts have no `isError`: their failures are JSON-RPC errors. */
export function protocolFailure(error: unknown, call: Call, logger: Logger): Error {
  if (isForTheEdge(error)) return error
  logUnexpected(error, call, logger)
  return toProtocolError(error, call.requestId)
}

/**
 * Map any thrown value to a JSON-RPC error: -32602 where other parameters would help, -32603 for all else, limits
 * included. `data` says what a stranger may know, as in a tool's failed result.
 */
export function toProtocolError(error: unknown, requestId: string): ProtocolError {
  const { message, ...data } = describeError(error, requestId)
  const isCallers = error instanceof NotFoundError || data.status === 400
  return new ProtocolError(isCallers ? INVALID_PARAMS : INTERNAL_ERROR, message, data)
}

function isForTheEdge(error: unknown): error is Error {
  return (
    error instanceof InsufficientScopeError ||
    error instanceof ProtocolError ||
    error instanceof CallerGoneError
  )
}

function logUnexpected(error: unknown, call: Call, logger: Logger): void {
  if (error instanceof AppError && error.status < 500) return
  logger.error({ err: error, requestId: call.requestId }, 'A call failed')
}
