import { UnauthorizedError } from '@atoll/errors'

/** The request carries no bearer token at all; its challenge names no error (RFC 6750 section 3.1). */
export class MissingTokenError extends UnauthorizedError {}

/** The request carries a bearer token that is not good here (RFC 6750 section 3.1, `invalid_token`). */
export class InvalidTokenError extends UnauthorizedError {}
