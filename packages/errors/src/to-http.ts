import { describeError, type ErrorDescription } from './describe.ts'

export interface HttpErrorResponse {
  status: number
  headers: Record<string, string>
  body: { error: ErrorDescription }
}

/** Map any thrown value to an HTTP answer; `Retry-After` in seconds (RFC 9110 section 10.2.3). */
export function toHttp(error: unknown, requestId: string): HttpErrorResponse {
  const description = describeError(error, requestId)
  return {
    status: description.status,
    headers:
      description.retryAfter === undefined
        ? {}
        : { 'retry-after': String(Math.ceil(description.retryAfter)) },
    body: { error: description },
  }
}
