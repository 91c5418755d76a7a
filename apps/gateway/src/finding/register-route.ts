import { AppError, InvalidError, LimitedError, toHttp, UnauthorizedError } from '@atoll/errors'
import type { Limiters, Rate } from '@atoll/server-kit'
import type { AuditLog, Logger } from '@atoll/telemetry'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Lease, Leases } from './leases.ts'
import type { Registrars } from './registrars.ts'

export interface RegisterRouteOptions {
  readonly registrars: Registrars
  readonly leases: Leases
  readonly limiters: Limiters
  readonly audit: AuditLog
  readonly logger: Logger
}

/** Requests from one address that do not prove which server they are of. */
const WRONG_RATE: Rate = '30/min'
/** In the life of one lease. */
const HEARTBEATS = 3

const Announcement = z.strictObject({
  server: z.string(),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(500),
  instance: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens, underscores'),
  state: z.enum(['ready', 'draining']),
})
type Announcement = z.output<typeof Announcement>

/** `POST /register`: an instance says that it is there, every few seconds, and when it stops. */
export function addRegisterRoute(app: FastifyInstance, options: RegisterRouteOptions): void {
  const { registrars, leases, limiters, audit, logger } = options
  const takeWrong = limiters.limiter('register-wrong', WRONG_RATE)

  app.post('/register', { bodyLimit: 8 * 1024 }, async (request, reply) => {
    const start = performance.now()
    reply.header('cache-control', 'no-store')
    let admitted: Announcement | undefined
    try {
      admitted = await admit(request)
      const { lease, isNews } = leases.announce(admitted)
      if (isNews) {
        const about = { server: lease.server, instance: new URL(lease.url).host }
        logger.info(about, `An instance registered as ${lease.state}`)
        record(request, lease, start)
        await audit.committed?.(undefined)?.catch(() => {})
      }
      return { leaseMs: leases.lifetime, heartbeatMs: Math.floor(leases.lifetime / HEARTBEATS) }
    } catch (error) {
      record(request, admitted, start, error)
      await audit.committed?.(undefined)?.catch(() => {})
      const { status, headers, body } = toHttp(error, request.id)
      return reply.code(status).headers(headers).send(body)
    }
  })

  async function admit({ body, headers, ip }: FastifyRequest): Promise<Announcement> {
    const { data, error } = Announcement.safeParse(body)
    if (data && registrars.isProven(data.server, headers.authorization)) {
      const { href } = new URL(data.url)
      registrars.admit(data.server, href)
      return { ...data, url: href }
    }
    const wait = await takeWrong(ip)
    if (wait !== undefined) throw new LimitedError('Too many wrong registrations.', { retryAfter: wait })
    if (error) throw unreadable(error)
    // Whoever cannot prove anything is not told which servers there are.
    throw new UnauthorizedError(
      'Send the secret of a server that may register as "Authorization: Bearer <secret>", and its name as "server".',
    )
  }

  function record(
    request: FastifyRequest,
    lease: Pick<Lease, 'server' | 'instance' | 'state' | 'url'> | undefined,
    start: number,
    error?: unknown,
  ): void {
    const code = error === undefined ? undefined : error instanceof AppError ? error.code : 'INTERNAL'
    audit.record({
      event: 'call',
      requestId: request.id,
      clientId: lease?.instance,
      server: lease?.server ?? 'gateway',
      kind: 'registration',
      name: lease && `${lease.state} ${new URL(lease.url).host}`,
      decision: code === undefined ? 'allowed' : 'refused',
      rule: code,
      outcome: code === undefined ? 'ok' : 'refused',
      errorCode: code,
      durationMs: performance.now() - start,
    })
  }
}

function unreadable({ issues }: z.ZodError): InvalidError {
  const problems = issues.map(({ path, message }) => `${path.join('.') || 'it'} ${message}`)
  return new InvalidError(`A registration is { server, url, instance, state }: ${problems.join('; ')}`)
}
