import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DomainAccess } from '@atoll/database/embedded'
import type { App } from '../apps/app.ts'
import type { Apps } from '../apps/discover-apps.ts'
import type { Environment, Settings } from '../settings.ts'
import type { DevelopmentIdentity } from './identity.ts'
import { PEOPLE } from './people.ts'
import { policyFolder } from './policy-folder.ts'

/** Variables that the fleet decides; what the shell says of them does not reach a server. */
const DECIDED =
  /^(PORT|HOST|PUBLIC_URL|AUTH_ISSUERS|DATABASE_URL|DATABASE_OWNER_URL|STATE_SECRET|NODE_ENV|ALLOWED_HOSTS|ALLOWED_ORIGINS|MCP_BEARER_.*|MCP_STDIO_.*|MCP_API_KEYS_FILE|AUDIT_.*|GATEWAY_.*|CONSOLE_PEOPLE|USAGE_FILE|DELEGATION_.*|REGISTRY_.*|INSTANCE_URL|INSTANCE_HOST|npm_.*|INIT_CWD|TURBO_.*)$/

export interface EnvironmentParts {
  readonly settings: Settings
  readonly apps: Apps
  readonly identity: DevelopmentIdentity
  readonly stateSecret: string
  /** Of each app, for those that act for their callers. */
  readonly clientSecrets: Readonly<Record<string, string>>
  /** Of apps that own a database. */
  readonly access?: DomainAccess | undefined
}

/** The part of a server's environment that the fleet decides; the rest is inherited (PATH, REDIS_URL, OTEL_…). */
export function decidedEnvironment(app: App, parts: EnvironmentParts): Record<string, string> {
  const { settings, apps, identity, stateSecret, clientSecrets, access } = parts
  const developmentIssuer = { issuer: identity.issuer, jwks: identity.jwks, authorizationServer: true }
  const gatewayIssuer = {
    issuer: apps.gateway.url,
    jwks: identity.gateway.jwks,
    gateway: true,
  }
  return {
    NODE_ENV: 'development',
    ATOLL_HOME: settings.home,
    PORT: String(app.port),
    HOST: '127.0.0.1',
    PUBLIC_URL: app.mcp,
    STATE_SECRET: stateSecret,
    ...(access && { DATABASE_URL: access.appUrl }),
    ...(app.role === 'gateway'
      ? {
          AUTH_ISSUERS: JSON.stringify([developmentIssuer]),
          GATEWAY_SERVERS: JSON.stringify(apps.domains.map(({ name, mcp }) => ({ name, url: mcp }))),
          GATEWAY_CLIENTS: JSON.stringify(clientsOf(apps, clientSecrets)),
          GATEWAY_SIGNING_KEY_FILE: identity.gateway.signingKeyFile,
          ATOLL_DEVELOPMENT_ISSUER_DIRECTORY: identity.directory,
          AUDIT_DIR: join(settings.home, 'audit'),
          ...rulesEnvironment(settings),
          CONSOLE_PEOPLE: JSON.stringify(consolePeople()),
          USAGE_FILE: join(settings.home, 'usage.jsonl'),
        }
      : {
          AUTH_ISSUERS: JSON.stringify([developmentIssuer, gatewayIssuer]),
          ...(app.delegates && {
            GATEWAY_URL: apps.gateway.mcp,
            DELEGATION_TOKEN_URL: `${apps.gateway.url}/token`,
            DELEGATION_CLIENT_ID: app.name,
            DELEGATION_CLIENT_SECRET: clientSecrets[app.name] ?? '',
          }),
        }),
  }
}

/** Who one can be in the console with one click: those who may look at it, and a guest who may not. */
function consolePeople() {
  return Object.entries(PEOPLE).map(([subject, { tenant, roles, gatewayScopes, about }]) => ({
    ...{ subject, tenant, roles, about },
    scopes: gatewayScopes,
  }))
}

/** A clone without a policy leaves everything to scopes, and one without limits to the rate of a caller. */
function rulesEnvironment(settings: Settings) {
  const policy = join(policyFolder(settings), 'policy.yaml')
  const limits = join(settings.root, 'infra', 'limits', 'limits.yaml')
  return {
    ...(existsSync(policy) && { GATEWAY_POLICY_FILE: policy }),
    ...(existsSync(limits) && { GATEWAY_LIMITS_FILE: limits }),
    GATEWAY_SWITCHES_FILE: join(settings.home, 'switches.json'),
  }
}

/** The gateway knows the hashes of secrets alone. */
function clientsOf({ domains }: Apps, secrets: EnvironmentParts['clientSecrets']) {
  return domains
    .filter(({ delegates }) => delegates)
    .map(({ name }) => {
      const hash = createHash('sha256')
        .update(secrets[name] ?? '')
        .digest('hex')
      return { id: name, server: name, secret: `sha256:${hash}` }
    })
}

/** The same for an app's own command, which may use the owner's role. */
export function commandEnvironment(app: App, parts: EnvironmentParts): Record<string, string> {
  const { access } = parts
  return { ...decidedEnvironment(app, parts), ...(access && { DATABASE_OWNER_URL: access.ownerUrl }) }
}

/** What the shell says, as far as the fleet does not decide it. */
export function inheritedEnvironment(env: Environment): Record<string, string> {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !DECIDED.test(entry[0]),
  )
  return Object.fromEntries(entries)
}
