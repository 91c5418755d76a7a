import type { Operation, StartOptions } from '@atoll/telemetry'
import { ProtocolError } from './protocol-error.ts'
import type { Call } from './service.ts'

/** What the telemetry of every call begins with. */
export function startOptions({ meta, rpcId, requestId, protocolVersion }: Call): StartOptions {
  return { meta, requestId: rpcId, logId: requestId, protocolVersion }
}

/** Count and time an answer that needs no pipeline, like any call; `answer` is told the id of its trace. */
export function measured<Answer>(
  operation: Operation,
  call: Call,
  answer: (traceId: string | undefined) => Answer,
): Answer {
  const active = operation.start(startOptions(call))
  try {
    const answered = answer(active.traceId)
    active.end()
    return answered
  } catch (error) {
    active.end(error instanceof ProtocolError ? { statusCode: error.code } : { errorType: 'error' })
    throw error
  }
}
