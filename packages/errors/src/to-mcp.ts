import { describeError, type ErrorDescription } from './describe.ts'

/** The `_meta` key under which a failed tool result carries its machine-readable error. */
export const ERROR_META_KEY = 'dev.atoll/error'

export interface McpErrorResult {
  isError: true
  content: [{ type: 'text'; text: string }]
  _meta: { [ERROR_META_KEY]: Omit<ErrorDescription, 'message'> }
}

/**
 * Map any thrown value to a tool result with `isError` (MCP server/tools, Error Handling).
 * The details ride in `_meta`, because clients hold `structuredContent` against the output schema.
 */
export function toMcp(error: unknown, requestId: string): McpErrorResult {
  const { message, ...rest } = describeError(error, requestId)
  const wait = rest.retryAfter === undefined ? '' : ` Try again in ${rest.retryAfter} s.`
  return {
    isError: true,
    content: [{ type: 'text', text: `${rest.code}: ${message}${wait}` }],
    _meta: { [ERROR_META_KEY]: rest },
  }
}
