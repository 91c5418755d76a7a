import { toMcp } from '@atoll/errors'
import { toProtocolError } from '../compile/failure.ts'
import type { ProtocolError } from './protocol-error.ts'
import type { Method, Result } from './service.ts'

/** What a caller is told instead of an answer that could not be recorded: a failed result, or an error of the protocol. */
export function unrecorded(error: unknown, method: Method, requestId: string): Result | ProtocolError {
  return method === 'tools/call' ? { ...toMcp(error, requestId) } : toProtocolError(error, requestId)
}
