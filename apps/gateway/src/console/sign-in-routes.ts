import { type DevelopmentIssuer, type SignIn, type SignInTrip, signIn } from '@atoll/auth'
import { AppError, InvalidError, UnauthorizedError } from '@atoll/errors'
import { createSealer } from '@atoll/server-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { GATEWAY_SCOPES } from '../gateway-scopes.ts'
import type { Api } from './console-api.ts'
import type { ConsoleConfig } from './console-config.ts'
import { cookies } from './cookies.ts'
import type { Sessions } from './session.ts'

export interface SignInRouteOptions {
  readonly config: ConsoleConfig
  readonly sessions: Sessions
  readonly development: DevelopmentIssuer | undefined
  /** Issuers whose metadata says where people sign in. */
  readonly authorizationServer: string | undefined
  readonly resource: string
  readonly secret: string
  readonly isSecure: boolean
  /** What the servers of the fleet ask for, as far as it is known. */
  serverScopes(): readonly string[]
}

const TRIP = { binding: 'trip', lifetime: 10 * 60_000 }
const Trip = z.object({ state: z.string(), verifier: z.string(), view: z.string() })
const Choice = z.strictObject({ subject: z.string() })

/** Ways into the console: OAuth at the identity provider, or one click as somebody of the demonstration. */
export function addSignInRoutes(api: Api, options: SignInRouteOptions): void {
  const { config, sessions, development, resource, isSecure } = options
  const { origin } = new URL(resource)
  const oauth = openSignIn(options, `${origin}/console/callback`)

  api.open('POST', '/console/api/sign-in', async ({ body, request, reply }) => {
    const { data } = Choice.safeParse(body)
    const person = config.people.find(({ subject }) => subject === data?.subject)
    if (!person || !development) {
      const error = new UnauthorizedError('There is nobody of that name here.')
      await api.turnedAway(request, error)
      throw error
    }
    const { subject, tenant, roles } = person
    // Everything that servers ask for, as `atoll token` gives it; what is left of it is the policy's business.
    const scopes = [...new Set([...options.serverScopes(), ...person.scopes])]
    const token = await development.sign({ subject, tenant, roles, scopes, audience: resource, ttl: '8h' })
    await sessions.begin(reply, token)
  })

  api.open('POST', '/console/api/sign-out', ({ reply }) => sessions.end(reply))

  if (!oauth) return
  const sealer = createSealer(options.secret, 'console-sign-in')
  const cookie = cookies('atoll-console-trip', { isSecure })

  /** Sends the browser where `run` says. The page says what went wrong, in its own words and looks. */
  async function saying(
    request: FastifyRequest,
    reply: FastifyReply,
    run: () => Promise<string>,
  ): Promise<FastifyReply> {
    try {
      return reply.redirect(await run())
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      await api.turnedAway(request, error)
      return reply.redirect(`/#/sign-in/${encodeURIComponent(error.message)}`)
    }
  }

  api.visit('/console/sign-in', (request, reply) =>
    saying(request, reply, async () => {
      const { view } = request.query as { view?: unknown }
      const { url, trip } = await oauth.begin([...options.serverScopes(), ...Object.values(GATEWAY_SCOPES)])
      const sealed = sealer.seal({ ...trip, view: viewOf(view) }, TRIP.binding, TRIP.lifetime)
      cookie.write(reply, sealed, TRIP.lifetime / 1000)
      return url
    }),
  )

  api.visit('/console/callback', async (request, reply) => {
    cookie.clear(reply)
    return saying(request, reply, async () => {
      const { view, ...trip } = tripOf(cookie.read(request), sealer)
      const token = await oauth.finish(new URL(request.url, origin), trip)
      await sessions.begin(reply, token)
      return `/#/${view}`
    })
  })
}

/** Where in the page somebody wanted to go: what stands behind `#/`. */
function viewOf(given: unknown): string {
  return typeof given === 'string' && /^[\w%./-]{1,300}$/.test(given) ? given : ''
}

function openSignIn(options: SignInRouteOptions, redirectUri: string): SignIn | undefined {
  const { config, authorizationServer: issuer, resource } = options
  if (!config.client) return undefined
  if (issuer === undefined)
    throw new InvalidError(
      'CONSOLE_CLIENT_ID needs an issuer in AUTH_ISSUERS that is an authorization server.',
    )
  return signIn({ issuer, client: config.client, redirectUri, resource })
}

function tripOf(
  sealed: string | undefined,
  sealer: ReturnType<typeof createSealer>,
): SignInTrip & { view: string } {
  const { data } = Trip.safeParse(sealed && sealer.open(sealed, TRIP.binding)?.payload)
  if (!data) throw new UnauthorizedError('Signing in took too long, or began in another browser. Try again.')
  return data
}
