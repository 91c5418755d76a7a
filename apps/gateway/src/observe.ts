import type { Result } from '@atoll/client'
import type { Call } from '@atoll/server-kit'
import type { ActiveOperation, Telemetry } from '@atoll/telemetry'
import { codeOf, isWorthLogging } from './failure.ts'

export interface Subject {
  /** The server that is called. */
  readonly server: string
  readonly method: string
  /** Exposed name of a known tool or prompt; never what a caller made up, because it names a time series. */
  readonly name: string | undefined
}

/** Trace and measure one call, and log what somebody may have to look at. */
export async function observed(
  subject: Subject,
  call: Call,
  telemetry: Telemetry,
  run: (operation: ActiveOperation) => Promise<Result>,
): Promise<Result> {
  const operation = begin(subject, call, telemetry)
  try {
    const result = await run(operation)
    operation.end(result.isError === true ? { errorType: 'tool_error' } : {})
    return result
  } catch (error) {
    if (isWorthLogging(error) && !call.cancellation.aborted)
      telemetry.logger.warn(
        { err: error, requestId: call.requestId, server: subject.server },
        'A call failed',
      )
    operation.end({ errorType: errorType(error, call) })
    throw error
  }
}

/** Trace and measure one list. */
export async function observedList<List>(
  method: string,
  call: Call,
  telemetry: Telemetry,
  list: (operation: ActiveOperation) => Promise<List>,
): Promise<List> {
  const operation = begin({ method, name: undefined }, call, telemetry)
  try {
    const listed = await list(operation)
    operation.end()
    return listed
  } catch (error) {
    operation.end({ errorType: errorType(error, call) })
    throw error
  }
}

function begin({ method, name }: Pick<Subject, 'method' | 'name'>, call: Call, telemetry: Telemetry) {
  const { requestId, meta, rpcId, protocolVersion } = call
  return telemetry
    .operation(method, name)
    .start({ meta, requestId: rpcId, logId: requestId, protocolVersion })
}

function errorType(error: unknown, { cancellation }: Call): string {
  return cancellation.aborted ? 'cancelled' : codeOf(error)
}
