import { CallerGoneError } from '../edge/cancellation.ts'
import { startOptions } from '../edge/measured.ts'
import { ProtocolError } from '../edge/protocol-error.ts'
import { InputRequired } from '../interaction/input-required.ts'
import type { Step } from './invocation.ts'

/** A span and a duration for every call (OpenTelemetry semantic conventions for MCP). */
export const trace: Step = (item, _kit, next) => async (invocation) => {
  const { call } = invocation
  const operation = item.operation.start(startOptions(call))
  invocation.operation = operation
  try {
    const result = await operation.run(() => next(invocation))
    operation.end(result.isError === true ? { errorType: 'tool_error' } : {})
    return result
  } catch (error) {
    operation.end(outcome(error))
    throw error
  }
}

function outcome(error: unknown): { errorType?: string; statusCode?: number } {
  if (error instanceof InputRequired) return {}
  if (error instanceof CallerGoneError) return { errorType: 'cancelled' }
  return error instanceof ProtocolError ? { statusCode: error.code } : { errorType: 'tool_error' }
}
