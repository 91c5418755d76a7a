import { randomBytes } from 'node:crypto'
import type { Audit } from '@atoll/audit'
import type { Authenticator, DevelopmentIssuer, Principal } from '@atoll/auth'
import { NotFoundError, UnauthorizedError } from '@atoll/errors'
import { createAuditRefusal, type Environment, type Limiters } from '@atoll/server-kit'
import type { AuditEvent, Logger } from '@atoll/telemetry'
import type { FastifyInstance } from 'fastify'
import type { Fleet } from '../fleet.ts'
import { GATEWAY_SCOPES } from '../gateway-scopes.ts'
import type { Place } from '../limits/apply-limits.ts'
import type { Limits } from '../limits/limits.ts'
import type { Admission } from '../policy/admission.ts'
import type { Definitions } from '../protection/definitions.ts'
import { scopesOfFleet } from '../scopes.ts'
import { askAs } from './ask-as.ts'
import { auditQueryOf } from './audit-query.ts'
import { callTool } from './call-tool.ts'
import { type ApiHandler, consoleApi } from './console-api.ts'
import { type ConsoleConfig, readConsoleConfig } from './console-config.ts'
import { fleetViews } from './fleet-view.ts'
import { limitsView } from './limits-view.ts'
import { consolePage } from './page.ts'
import { createSessions } from './session.ts'
import { addSignInRoutes } from './sign-in-routes.ts'
import { Streams } from './streams.ts'
import { Traffic } from './traffic.ts'
import { Watching } from './watching.ts'

export interface ConsoleSurroundings {
  readonly app: FastifyInstance
  readonly env: Environment
  readonly fleet: Fleet
  readonly admission: Admission
  readonly definitions: Definitions
  readonly audit: Audit
  readonly authenticator: Authenticator
  readonly limiters: Limiters
  readonly limits: Limits
  readonly logger: Logger
  readonly development: DevelopmentIssuer | undefined
  readonly authorizationServer: string | undefined
  /** The gateway's canonical URI, which people's tokens are for. */
  readonly resource: string
  /** Seals sessions: the same on every replica. */
  readonly secret: string | undefined
}

/** Adds the console at `/`, for people, where they can sign in. Returns how to end it. Throws InvalidError. */
export function openConsole(surroundings: ConsoleSurroundings): () => void {
  const { app, env, fleet, admission, definitions, audit, limits, development, resource } = surroundings
  const config = readConsoleConfig(env, development !== undefined)
  if (!config) return () => {}
  const { protocol, host, pathname } = new URL(resource)
  const isSecure = protocol === 'https:'
  const secret = surroundings.secret ?? randomBytes(32).toString('base64url')
  const sessions = createSessions({ authenticator: surroundings.authenticator, secret, isSecure })
  const { limiters, logger } = surroundings
  const auditRefusal = createAuditRefusal(audit, 'gateway')
  const api = consoleApi(app, { sessions, limiters, logger, auditRefusal })
  /** What the console shows by itself, unless their tenant is disabled: what it passes on is refused where it goes. */
  const show = (url: string, handler: ApiHandler) =>
    api.add('GET', url, (request, session) => {
      // Those who run the gateway enable it again, be it their own.
      if (!isAdmin(session.principal)) admission.checkTenant(session.principal)
      return handler(request, session)
    })
  const traffic = new Traffic()
  const views = fleetViews({ fleet, admission, definitions, limits, traffic })
  const watching = new Watching(() => ({ at: Date.now(), servers: views.servers() }))
  const unsubscribe = audit.recent.subscribe((event) => {
    traffic.add(event)
    watching.add(event)
  })
  const streams = new Streams()
  app.addHook('preClose', async () => streams.close())
  const page = consolePage()

  app.get('/', async (_request, reply) => {
    const { html, policy } = await page()
    return reply
      .headers({
        'content-security-policy': policy,
        'cache-control': 'no-cache',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
      })
      .type('text/html; charset=utf-8')
      .send(html)
  })

  addSignInRoutes(api, {
    ...{ config, sessions, development, resource, secret, isSecure },
    authorizationServer: surroundings.authorizationServer,
    serverScopes: () => scopesOfFleet(fleet),
  })

  api.open('GET', '/console/api/session', async ({ request }) => {
    const session = await sessions.of(request).catch((error) => {
      if (error instanceof UnauthorizedError) return undefined
      throw error
    })
    return session ? viewOf(session.principal, config) : { signedIn: false, ways: waysOf(config) }
  })

  show('/console/api/fleet', async (_request, { principal }) => ({
    at: Date.now(),
    servers: await views.for(principal, isAdmin(principal)),
  }))

  show('/console/api/events', ({ reply }, { principal }) => {
    const { tenant, expiresAt } = principal
    const places = isAdmin(principal) ? [] : [{ tenant }]
    streams.open(reply, expiresAt * 1000, (send, end) => {
      const leave = watching.join(send, shownTo(principal))
      const forget = admission.underWay.stream(places, end)
      return () => {
        forget()
        leave()
      }
    })
  })

  show('/console/api/calls', (_request, { principal }) => ({
    entries: audit.recent.latest().filter(shownTo(principal)).slice(0, 200),
  }))

  show('/console/api/audit', ({ query }, { principal }) => {
    const asked = auditQueryOf(query)
    if (isAdmin(principal)) return audit.searchAudit(asked)
    const { subject, tenant, issuer } = principal
    return audit.searchAudit({ ...asked, subject, tenant, issuer })
  })

  api.add('POST', '/console/api/call', ({ body, request, left }, { token }) =>
    callTool(app, { token, host, ip: request.ip }, pathname, body, left),
  )

  show('/console/api/limits', async ({ query: { tool } }, { principal }) =>
    limitsView(limits, principal, await placeOf(tool, principal, surroundings), Date.now()),
  )

  for (const [method, url, to] of PASSED_ON) {
    api.add(method, url, async ({ body, request, reply }, { token }) => {
      const asked = { method, url: to, ...(method === 'POST' && { body: (body ?? {}) as object }) }
      const answer = await askAs(app, { token, host, ip: request.ip }, asked)
      if (answer.status === 404 && method === 'GET') throw new NotFoundError('such view')
      return reply.code(answer.status).send(answer.body)
    })
  }

  return unsubscribe
}

/** What the page asks of routes that others use with a token. They decide who may. */
const PASSED_ON = [
  ['GET', '/console/api/switches', '/admin/switches'],
  ['POST', '/console/api/switches', '/admin/switches'],
  ['GET', '/console/api/policy', '/admin/policy'],
  ['POST', '/console/api/pins/diff', '/admin/pins/diff'],
  ['POST', '/console/api/pins/accept', '/admin/pins/accept'],
  ['GET', '/console/api/budgets', '/admin/budgets'],
] as const

function viewOf(principal: Principal, { traceUrl }: ConsoleConfig) {
  const { subject, tenant, roles, scopes, expiresAt } = principal
  return {
    signedIn: true,
    ...{ subject, tenant, expiresAt, roles: [...roles], scopes: [...scopes] },
    isAllowed: scopes.has(GATEWAY_SCOPES.console),
    isAdmin: isAdmin(principal),
    ...(traceUrl && { traceUrl }),
  }
}

/** What is not shown to the person is no place: they are told what holds everywhere. */
async function placeOf(
  tool: string | undefined,
  principal: Principal,
  { fleet, admission }: Pick<ConsoleSurroundings, 'fleet' | 'admission'>,
): Promise<Place | undefined> {
  if (tool === undefined) return undefined
  const entry = await fleet.ofName(tool)?.find('tools', tool, principal)
  return entry && admission.view.shows(entry, principal) ? { tool, server: entry.server } : undefined
}

function waysOf({ client, people }: ConsoleConfig) {
  return {
    oauth: client !== undefined,
    people: people.map(({ subject, tenant, about }) => ({ subject, tenant, about })),
  }
}

function isAdmin({ scopes }: Principal): boolean {
  return scopes.has(GATEWAY_SCOPES.admin)
}

/** Those who run the gateway see every call; others their own. */
function shownTo(principal: Principal): (event: AuditEvent) => boolean {
  if (isAdmin(principal)) return () => true
  const { subject, tenant, issuer } = principal
  return (event) => event.subject === subject && event.tenant === tenant && event.issuer === issuer
}
