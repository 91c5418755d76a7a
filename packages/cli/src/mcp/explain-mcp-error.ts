import {
  AppError,
  ForbiddenError,
  InsufficientScopeError,
  TimeoutError,
  UnauthorizedError,
  UnavailableError,
} from '@atoll/errors'
import {
  ProtocolError,
  InsufficientScopeError as ScopeChallenge,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError as TokenRefused,
} from '@modelcontextprotocol/client'
import { FailedError } from '../failed-error.ts'
import { printableLine } from '../terminal/printable.ts'
import type { Target } from './target.ts'

/** Say in one sentence what a failed conversation with a server means; anything unknown comes back unchanged. */
export function explainMcpError(error: unknown, { name, mcp }: Target): unknown {
  if (error instanceof AppError) return error
  const options = { cause: error }
  if (codesIn(error).some((code) => NOT_THERE.has(String(code)))) {
    return new UnavailableError(`${name} does not answer at ${mcp}; is the fleet still running?`, options)
  }
  if (error instanceof ScopeChallenge) {
    return new InsufficientScopeError((error.requiredScope ?? '').split(' ').filter(Boolean), options)
  }
  const status = error instanceof SdkHttpError ? error.status : undefined
  if (error instanceof TokenRefused || status === 401) {
    return new UnauthorizedError(
      `${name} refuses the token; is it from another fleet, or has it ended?`,
      options,
    )
  }
  if (status === 403) return new ForbiddenError(`${name} does not allow this.`, options)
  if (status !== undefined && status >= 500) {
    return new UnavailableError(`${name} cannot answer now (HTTP ${status}).`, options)
  }
  if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) {
    return new TimeoutError(`${name} did not answer in time.`, options)
  }
  if (error instanceof ProtocolError || error instanceof SdkError) {
    return new FailedError(printableLine(error.message), options)
  }
  return error
}

const NOT_THERE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EHOSTUNREACH', 'UND_ERR_SOCKET'])

/** The codes of an error and of all that caused it. */
function codesIn(error: unknown): unknown[] {
  if (!(error instanceof Error)) return []
  const causes = error instanceof AggregateError ? error.errors : [error.cause]
  return ['code' in error ? error.code : undefined, ...causes.flatMap(codesIn)]
}
