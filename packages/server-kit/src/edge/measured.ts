import type { Operation, StartOptions } from '@atoll/telemetry'
import { ProtocolError } from './protocol-error.ts'
import type { Call } from './service.ts'

/** What the telemetry of every call begins with. */
export function startOptions({ meta, rpcId, requestId, protocolVersion }: Call): StartOptions {
  return { meta, requestId: rpcId, logId: requestId, protocolVersion }
}

/** Count and time an answer that needs no pipeline, like any call. */
export function measured<Answer>(operation: Operation, call: Call, answer: () => Answer): Answer {
  const active = operation.start(startOptions(call))
  try {
    const answered = answer()
    active.end()
    return answered
  } catch (error) {
    active.end(error instanceof ProtocolError ? { statusCode: error.code } : { errorType: 'error' })
    throw error
  }
}
