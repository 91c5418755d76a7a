import { InvalidError, UnavailableError } from '@atoll/errors'
import { discoverApps } from '../apps/discover-apps.ts'
import { type Fleet, readFleet } from '../fleet/fleet-file.ts'
import { howToStart } from '../fleet/how-to-call.ts'
import { DEVELOPER, openIdentity } from '../fleet/identity.ts'
import type { Settings } from '../settings.ts'

/** An MCP endpoint and how to be let in. */
export interface Target {
  /** `gateway`, or the name of a server. */
  readonly name: string
  readonly mcp: string
  readonly token: string
}

/** The fleet that runs in this home. Throws UnavailableError when none does. */
export async function runningFleet(settings: Settings): Promise<Fleet> {
  const fleet = await readFleet(settings.home)
  if (fleet) return fleet
  throw new UnavailableError(`The fleet is not running here; start it with \`${howToStart(settings.env)}\`.`)
}

/** The gateway, or a server asked directly, with a token that is still good. Throws InvalidError for an unknown one. */
export async function targetFor(settings: Settings, server: string | undefined): Promise<Target> {
  const fleet = await runningFleet(settings)
  if (server === undefined || server === 'gateway') {
    const { mcp } = fleet.gateway
    return {
      name: 'gateway',
      mcp,
      token: await freshToken(settings, fleet, { mcp, token: fleet.token, scopes: fleet.scopes }),
    }
  }
  const found = Object.hasOwn(fleet.servers, server) ? fleet.servers[server] : undefined
  if (found) return { name: server, mcp: found.mcp, token: await freshToken(settings, fleet, found) }
  throw new InvalidError(
    `There is no server "${server}"; there is gateway, ${Object.keys(fleet.servers).join(', ')}.`,
  )
}

/** A token that ends within so many milliseconds is not worth using. */
const MARGIN = 30_000

async function freshToken(
  settings: Settings,
  fleet: Fleet,
  { mcp, token, scopes }: { mcp: string; token: string; scopes: readonly string[] },
): Promise<string> {
  if (Date.parse(fleet.expiresAt) > Date.now() + MARGIN) return token
  const identity = await openIdentity(settings, await discoverApps(settings))
  const { subject, tenant } = fleet
  const { roles } = DEVELOPER
  return identity.sign({ subject, tenant, roles, scopes, audience: mcp, ttl: DEVELOPER.ttl })
}
