import { randomBytes } from 'node:crypto'
import {
  type AuthEnvironment,
  createAuthenticator,
  delegatedTokens,
  parseAuthEnvironment,
  signedAssertions,
} from '@atoll/auth'
import { createHealth, type Health } from '@atoll/health'
import {
  connectRedis,
  createHost,
  createLimiters,
  type Environment,
  HostConfig,
  memoryEventBus,
  parseEnvironment,
} from '@atoll/server-kit'
import { createAuditLog, createTelemetry, type Telemetry, type TelemetryOptions } from '@atoll/telemetry'
import type { FastifyInstance } from 'fastify'
import { parseServers } from './config.ts'
import { createCursors } from './cursor.ts'
import { DelegationConfig, parseClients } from './delegation/clients.ts'
import { Exchange } from './delegation/exchange.ts'
import { addTokenRoute } from './delegation/token-route.ts'
import { openFinding } from './finding/open-finding.ts'
import { nobodyElse, redisReplicas } from './finding/replicas.ts'
import { Fleet } from './fleet.ts'
import { gatewayService } from './gateway-service.ts'
import { readIdentity } from './identity.ts'
import { openLimits } from './limits/open-limits.ts'
import { sayLimits } from './limits/say-limits.ts'
import { openUpstream } from './open-upstream.ts'
import { ACTOR } from './outbound.ts'
import { adminRoutes } from './policy/admin-access.ts'
import { openPolicy } from './policy/open-policy.ts'
import { reportServers } from './report-servers.ts'
import { addRoutes } from './routes.ts'
import { scopesOfFleet } from './scopes.ts'
import { watch } from './watch.ts'

export interface Gateway {
  /** Not listening yet. */
  readonly app: FastifyInstance
  readonly config: HostConfig
  readonly fleet: Fleet
  readonly health: Health
  readonly telemetry: Telemetry
  /** Look at every server once, each within its own deadline; then be ready, whoever answered. */
  start(): Promise<void>
  close(): Promise<void>
}

export interface GatewayOptions {
  readonly env: Environment
  /** Takes the place of standard output and of the OTLP exporter. */
  readonly telemetry?: Pick<TelemetryOptions, 'output' | 'exporter'>
  /** Milliseconds since the epoch, for limits and usage. */
  readonly clock?: () => number
}

const INFO = { name: 'gateway', title: 'Atoll gateway', version: '0.1.0' }
const SESSIONS = { max: 1000, idle: 30 * 60_000 }

/** Put the gateway together. Throws ConfigError, InvalidError or UnavailableError for an environment it cannot use. */
export function createGateway({ env, telemetry: output, clock }: GatewayOptions): Gateway {
  const config = parseEnvironment(HostConfig, env)
  const delegation = parseEnvironment(DelegationConfig, env)
  const auth = parseAuthEnvironment({ ...env, PORT: String(config.PORT) })
  const servers = parseServers(env)
  const clients = parseClients(delegation.GATEWAY_CLIENTS, servers)
  const identity = readIdentity(env, auth.resource)
  const telemetry = createTelemetry({ service: INFO.name, version: INFO.version, env, ...output })
  const redis = config.REDIS_URL === undefined ? undefined : connectRedis(config.REDIS_URL, telemetry.logger)
  const tokens = signedAssertions({ issuer: identity.issuer, key: identity.keys, actor: ACTOR })
  const bus = memoryEventBus()
  const onRedisError = (error: unknown) => telemetry.logger.debug({ err: error }, 'Redis')
  const replicas = redis ? redisReplicas(redis, auth.resource, onRedisError) : nobodyElse
  const fleet = new Fleet(
    servers.map((server) =>
      openUpstream(server, { info: INFO, issuer: identity.issuer, tokens, bus, replicas, telemetry }),
    ),
  )
  const audit = createAuditLog({ stream: telemetry.output })
  // What the gateway hands out for itself, it takes; without clients it hands out none.
  const own = { issuer: identity.issuer, jwks: tokens.jwks, authorizationServer: false }
  const issuers = clients.length > 0 ? [...auth.issuers, own] : auth.issuers
  const authenticator = openAuthenticator({ ...auth, issuers }, fleet, telemetry)
  const health = createHealth({ name: INFO.name, version: INFO.version })
  health.add('identity', () => authenticator.probe())
  if (redis) health.add('redis', async () => void (await redis.ping()), { optional: true })
  reportServers(fleet, health, telemetry)
  const policy = openPolicy({
    ...{ env, fleet, bus, health, audit, redis, replicas, name: auth.resource },
    logger: telemetry.logger,
  })
  const limiters = createLimiters(redis)
  const limiting = openLimits({ env, health, telemetry, audit, redis, name: auth.resource, clock })
  const { limits } = limiting
  // Without a shared secret, a cursor is only good on the replica that made it.
  const cursors = createCursors(config.STATE_SECRET ?? randomBytes(32).toString('base64url'))
  const { pathname, hostname } = new URL(auth.resource)
  const app = createHost({
    service: gatewayService({
      ...{ fleet, tokens, cursors, limits, audit, telemetry, info: INFO },
      admission: policy.admission,
    }),
    authenticator,
    telemetry,
    health,
    bus,
    audit,
    path: pathname,
    allowedHosts: [hostname, ...config.ALLOWED_HOSTS],
    allowedOrigins: config.ALLOWED_ORIGINS,
    bodyLimit: config.BODY_LIMIT,
    ...(config.MCP_SESSIONS && { sessions: SESSIONS }),
  })
  const finding = openFinding({
    ...{ app, servers, fleet, name: auth.resource, env, redis, replicas, limiters, audit },
    logger: telemetry.logger,
  })
  sayLimits(app, limits)
  const watches: (() => void)[] = []
  const exchange = new Exchange(
    clients,
    own,
    delegatedTokens({
      issuer: identity.issuer,
      audience: auth.resource,
      key: identity.keys,
      ttl: delegation.GATEWAY_DELEGATION_TTL,
    }),
  )
  const { logger } = telemetry
  if (clients.length > 0) addTokenRoute(app, { exchange, resource: auth.resource, limiters, audit, logger })
  const addAdminRoute = adminRoutes(app, { authenticator, limiters, audit, logger })
  policy.addRoutes(addAdminRoute)
  limiting.addRoutes(addAdminRoute)
  addRoutes(app, { fleet, limiters, jwks: tokens.jwks, development: identity.development })
  return {
    app,
    config,
    fleet,
    health,
    telemetry,
    async start() {
      await Promise.all([finding.start(), policy.start(), limiting.start()])
      await Promise.all(fleet.upstreams.map((upstream) => upstream.refresh()))
      watches.push(...fleet.upstreams.map(watch))
      health.set('ready')
    },
    async close() {
      authenticator.close()
      exchange.close()
      await finding.close()
      policy.close()
      replicas.close()
      for (const stop of watches) stop()
      await Promise.all(fleet.upstreams.map((upstream) => upstream.close()))
      await bus.close()
      await limiting.close()
      redis?.disconnect()
      await audit.close()
      await telemetry.shutdown()
    },
  }
}

function openAuthenticator(auth: AuthEnvironment, fleet: Fleet, { logger }: Telemetry) {
  return createAuthenticator({
    ...auth,
    scopesSupported: () => scopesOfFleet(fleet),
    onError: (error) => logger.warn({ err: error }, 'Keys of an issuer could not be read'),
  })
}
