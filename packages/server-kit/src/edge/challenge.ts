import { type Authenticator, InvalidTokenError } from '@atoll/auth'
import { InsufficientScopeError, toHttp, toMcp, UnauthorizedError } from '@atoll/errors'
import type { FastifyReply } from 'fastify'
import { INVALID_PARAMS, ProtocolError } from './protocol-error.ts'

/**
 * Whether HTTP answers a failed call instead of JSON-RPC: 403 for want of scopes, 401 where whoever issued the caller's
 * token does not stand by it any more.
 */
export function isChallenged(error: unknown): error is InsufficientScopeError | InvalidTokenError {
  return error instanceof InsufficientScopeError || error instanceof InvalidTokenError
}

/** Refuse on the HTTP level: 401 and 403 with their challenge (RFC 6750 section 3), anything else as it is. */
export function sendChallenge(
  reply: FastifyReply,
  error: unknown,
  authenticator: Authenticator,
  requestId: string,
): FastifyReply {
  const { status, headers, body } = toHttp(error, requestId)
  reply.code(status).headers(headers)
  if (error instanceof UnauthorizedError || error instanceof InsufficientScopeError) {
    reply.header('www-authenticate', authenticator.challenge(error))
    const code = status === 401 ? 'invalid_token' : 'insufficient_scope'
    return reply.send({ error: code, error_description: body.error.message, request_id: requestId })
  }
  return reply.send(body)
}

/** The same where the answer has begun, or is carried in a session: HTTP's own has gone out with its status. */
export function challengeInBand(
  error: InsufficientScopeError | InvalidTokenError,
  method: string,
  requestId: string,
): ProtocolError {
  const { content } = toMcp(error, requestId)
  return new ProtocolError(INVALID_PARAMS, content[0].text, { method, ...error.details })
}
