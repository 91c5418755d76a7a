/** The errors of RFC 6749 section 5.2 and RFC 8693 section 2.2.2 that the token endpoint answers with. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'temporarily_unavailable'

/** A refusal of the token endpoint; the message is its `error_description`, for whoever runs the client. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode
  /** Seconds. */
  readonly retryAfter: number | undefined
  constructor(code: OAuthErrorCode, message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause: options.cause })
    this.name = 'OAuthError'
    this.code = code
    this.retryAfter = options.retryAfter
  }

  get status(): number {
    if (this.code === 'invalid_client') return 401
    return this.code === 'temporarily_unavailable' ? (this.retryAfter === undefined ? 503 : 429) : 400
  }
}
