import { ForbiddenError, InvalidError, UnauthorizedError, UnavailableError } from '@atoll/errors'
import { z } from 'zod'
import { discoverApps } from '../apps/discover-apps.ts'
import type { Context } from '../context.ts'
import { FailedError } from '../failed-error.ts'
import { openIdentity } from '../fleet/identity.ts'
import { knownPerson, OPERATOR } from '../fleet/people.ts'
import { runningFleet } from '../mcp/target.ts'

export interface GatewayOptions {
  /** Its URL; that of the fleet that runs here unless given. */
  readonly gateway?: string
}

const PATIENCE = 10_000
/** Seconds that a token for one request lives. */
const TTL = 60

const Refusal = z.object({ error: z.object({ message: z.string() }) })

/**
 * Ask the gateway something that is for those who run it: the one of this home as the demonstration operator, another one
 * with the token in ATOLL_TOKEN. Throws InvalidError for a question it refuses, ForbiddenError, UnavailableError.
 */
export async function askGateway<Answer extends z.ZodType>(
  context: Context,
  { gateway }: GatewayOptions,
  { path, body, answer }: { path: string; body?: unknown; answer: Answer },
): Promise<z.output<Answer>> {
  const { origin, token } = gateway === undefined ? await localGateway(context) : elsewhere(gateway, context)
  const response = await fetch(`${origin}/admin/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', connection: 'close' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(PATIENCE),
    redirect: 'error',
  }).catch((cause) => {
    throw new UnavailableError(`The gateway at ${origin} cannot be reached.`, { cause })
  })
  const content: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer.parse(content)
  throw refusalOf(response.status, Refusal.safeParse(content).data?.error.message, origin)
}

async function localGateway({ settings }: Context): Promise<{ origin: string; token: string }> {
  const { gateway } = await runningFleet(settings)
  const identity = await openIdentity(settings, await discoverApps(settings))
  const { tenant, roles, gatewayScopes: scopes } = knownPerson(OPERATOR)
  const who = { subject: OPERATOR, tenant, roles, scopes }
  return { origin: gateway.url, token: await identity.sign({ ...who, audience: gateway.mcp, ttl: TTL }) }
}

function elsewhere(gateway: string, { env }: Context): { origin: string; token: string } {
  if (!URL.canParse(gateway) || !/^https?:/.test(gateway))
    throw new InvalidError(`--gateway must be a URL such as https://mcp.example.com, not "${gateway}".`)
  if (!env.ATOLL_TOKEN)
    throw new InvalidError('ATOLL_TOKEN must hold a token with the scope gateway:admin for that gateway.')
  return { origin: new URL(gateway).origin, token: env.ATOLL_TOKEN }
}

function refusalOf(status: number, message: string | undefined, origin: string): Error {
  const words = message ?? `${origin} answered HTTP ${status}; is it a gateway of this version?`
  if (status === 401) return new UnauthorizedError(words)
  if (status === 403) return new ForbiddenError(words)
  if (status === 400 || status === 404) return new InvalidError(words)
  return status >= 500 ? new UnavailableError(words) : new FailedError(words)
}
