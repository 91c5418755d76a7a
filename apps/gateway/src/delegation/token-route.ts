import { ACCESS_TOKEN_TYPE, type Principal } from '@atoll/auth'
import type { Limiters, Rate } from '@atoll/server-kit'
import type { AuditEvent, AuditLog, Logger } from '@atoll/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Exchange } from './exchange.ts'
import { OAuthError } from './oauth-error.ts'
import { readClient, readExchange, readForm } from './read-request.ts'

export interface TokenRouteOptions {
  readonly exchange: Exchange
  /** The gateway's canonical URI: the only thing that tokens are for. */
  readonly resource: string
  readonly limiters: Limiters
  readonly audit: AuditLog
  readonly logger: Logger
}

/** Exchanges of one client. */
const RATE: Rate = '1200/min'
/** Requests from one address that name no client and its secret, and of them those that name one client. */
const WRONG_RATE: Rate = '30/min'

/** What becomes known of one request, for the audit. */
interface About {
  client: string | undefined
  principal: Principal | undefined
}

/** `POST /token`: token exchange (RFC 8693) for servers that act for their callers. */
export function addTokenRoute(app: FastifyInstance, options: TokenRouteOptions): void {
  const { exchange, resource, limiters, audit, logger } = options
  const takeExchange = limiters.limiter('token', RATE)
  const takeWrong = limiters.limiter('token-wrong', WRONG_RATE)

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 32 * 1024 },
      (_request, body, done) => done(null, body),
    )
    scope.post('/token', async (request, reply) => {
      // Neither tokens nor refusals may be kept by anybody in between (RFC 6749 section 5.1).
      reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
      const start = performance.now()
      const about: About = { client: undefined, principal: undefined }
      try {
        const answer = await answered(request, about)
        const event = record(request.id, about, start)
        await audit.committed?.(event)
        return answer
      } catch (error) {
        const refusal = error instanceof OAuthError ? error : failed(error, request.id)
        record(request.id, about, start, refusal)
        await audit.committed?.(undefined)
        return refused(reply, refusal)
      }
    })
  })

  async function answered(request: FastifyRequest, about: About) {
    const { client, form } = await authenticated(request)
    about.client = client
    const wait = await takeExchange(client)
    if (wait !== undefined) throw tooMany(wait)
    const { subjectToken, scopes: wanted } = readExchange(form, resource)
    // Known before it is refused, so that the refusal is theirs.
    const principal = await exchange.subject(client, subjectToken)
    about.principal = principal
    const { token, expiresAt, scopes } = await exchange.exchange(client, principal, wanted)
    return {
      access_token: token,
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: expiresAt - Math.floor(Date.now() / 1000),
      scope: scopes.join(' '),
    }
  }

  async function authenticated({ body, headers, ip }: FastifyRequest) {
    let guessed: string | undefined
    try {
      const form = readForm(body)
      const credentials = readClient(headers.authorization, form)
      const { id } = credentials
      // By client, so that one with a wrong secret does not lock out others behind its address.
      if (exchange.has(id)) guessed = `${ip} ${id}`
      // Before the secret is looked at: the right one, too, has to wait where there were too many wrong ones.
      const wait = guessed === undefined ? undefined : await takeWrong.wait(guessed)
      if (wait !== undefined) throw tooMany(wait)
      if (exchange.knows(credentials)) return { client: id, form }
      throw new OAuthError('invalid_client', 'The client id or its secret is wrong.')
    } catch (error) {
      if (error instanceof OAuthError && error.retryAfter !== undefined) throw error
      if (guessed !== undefined) await takeWrong(guessed)
      const wait = await takeWrong(ip)
      throw wait === undefined ? error : tooMany(wait)
    }
  }

  function failed(error: unknown, requestId: string): OAuthError {
    logger.error({ err: error, requestId }, 'A token could not be exchanged')
    return new OAuthError(
      'temporarily_unavailable',
      `Try again. Quote request id ${requestId} when you ask for help.`,
    )
  }

  function record(
    requestId: string,
    { client, principal }: About,
    start: number,
    error?: OAuthError,
  ): AuditEvent {
    const event: AuditEvent = {
      event: 'call',
      requestId,
      subject: principal?.subject,
      tenant: principal?.tenant,
      clientId: client,
      issuer: principal?.issuer,
      actor: principal?.actor,
      server: 'gateway',
      kind: 'token',
      name: 'exchange',
      decision: error ? 'refused' : 'allowed',
      rule: error?.code,
      outcome: error ? 'refused' : 'ok',
      errorCode: error?.code,
      durationMs: performance.now() - start,
    }
    audit.record(event)
    return event
  }
}

function tooMany(retryAfter: number): OAuthError {
  return new OAuthError('temporarily_unavailable', 'Too many requests.', { retryAfter })
}

function refused(reply: FastifyReply, { status, code, message, retryAfter }: OAuthError) {
  if (status === 401) reply.header('www-authenticate', 'Basic realm="atoll"')
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  return reply.code(status).send({ error: code, error_description: message })
}
