/** How an operation ended; empty is success. */
export interface Outcome {
  /** `tool_error` for a result with `isError`; else leave it out and say `statusCode`. */
  errorType?: string | undefined
  /** JSON-RPC error code. */
  statusCode?: number | undefined
  /** Shown with the span; must be safe to show. */
  message?: string | undefined
}

export const SUCCESS: Outcome = Object.freeze({})

/** `error.type`: what is said, else the JSON-RPC code as a string. */
export function errorTypeOf({ errorType, statusCode }: Outcome): string | undefined {
  return errorType ?? (statusCode === undefined ? undefined : String(statusCode))
}
