import { describeError, type LimitedError, type OverloadedError, toHttp } from '@atoll/errors'
import { INTERNAL_ERROR, ProtocolError } from './protocol-error.ts'

export interface Overload {
  readonly status: number
  /** `Retry-After` among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly error: ProtocolError
}

/** A refusal for want of room, or of what its caller may ask for, on the level of HTTP, where load balancers and clients see it, and in JSON-RPC's words. */
export function overload(error: OverloadedError | LimitedError, requestId: string): Overload {
  const { status, headers } = toHttp(error, requestId)
  const { message, ...data } = describeError(error, requestId)
  return { status, headers, error: new ProtocolError(INTERNAL_ERROR, message, data) }
}
