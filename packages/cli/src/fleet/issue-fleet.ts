import type { App } from '../apps/app.ts'
import type { Apps } from '../apps/discover-apps.ts'
import type { Fleet } from './fleet-file.ts'
import { DEVELOPER, type DevelopmentIdentity } from './identity.ts'
import { scopesOf } from './scopes.ts'

/** What `fleet.json` says: addresses, and fresh tokens with all the scopes that the running servers know. */
export async function issueFleet(apps: Apps, identity: DevelopmentIdentity): Promise<Fleet> {
  const { subject, tenant, roles, ttl } = DEVELOPER
  const expiresAt = new Date(Date.now() + ttl * 1_000).toISOString()
  const sign = (app: App, scopes: string[]) =>
    identity.sign({ subject, tenant, roles, ttl, scopes, audience: app.mcp })
  const servers = await Promise.all(
    apps.domains.map(async (app) => {
      const scopes = await scopesOf(app)
      const endpoint = { url: app.url, mcp: app.mcp, token: await sign(app, scopes), scopes }
      return [app.name, endpoint] as const
    }),
  )
  const scopes = unique([
    ...servers.flatMap(([, server]) => server.scopes),
    ...(await scopesOf(apps.gateway)),
  ])
  return {
    gateway: { url: apps.gateway.url, mcp: apps.gateway.mcp },
    servers: Object.fromEntries(servers),
    token: await sign(apps.gateway, scopes),
    tenant,
    subject,
    scopes,
    expiresAt,
    pid: process.pid,
  }
}

function unique(scopes: readonly string[]): string[] {
  return [...new Set(scopes)].sort()
}
