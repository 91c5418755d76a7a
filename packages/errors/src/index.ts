export { AppError, type AppErrorOptions } from './app-error.ts'
export { describeError, type ErrorDescription } from './describe.ts'
export {
  ConflictError,
  ForbiddenError,
  InsufficientScopeError,
  InvalidError,
  LimitedError,
  NotFoundError,
  OverloadedError,
  TimeoutError,
  type TimeoutErrorOptions,
  UnauthorizedError,
  UnavailableError,
} from './errors.ts'
export { type HttpErrorResponse, toHttp } from './to-http.ts'
export { ERROR_META_KEY, type McpErrorResult, toMcp } from './to-mcp.ts'
