import { randomBytes } from 'node:crypto'
import { type Audit, AuditConfig, openAudit } from '@atoll/audit'
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
import { createTelemetry, type Telemetry, type TelemetryOptions } from '@atoll/telemetry'
import type { FastifyInstance } from 'fastify'
import { guardFor, NetworksConfig } from './allowed-networks.ts'
import { HeldCalls } from './asking/held-calls.ts'
import { RedisHolders } from './asking/other-holders.ts'
import { parseServers, type ServerConfig } from './config.ts'
import { openConsole } from './console/open-console.ts'
import { createCounters } from './counters.ts'
import { createCursors } from './cursor.ts'
import { DelegationConfig, parseClients } from './delegation/clients.ts'
import { Exchange } from './delegation/exchange.ts'
import { addTokenMetadata } from './delegation/metadata.ts'
import { addTokenRoute } from './delegation/token-route.ts'
import { openFinding } from './finding/open-finding.ts'
import { nobodyElse, redisReplicas } from './finding/replicas.ts'
import { Fleet } from './fleet.ts'
import { gatewayService } from './gateway-service.ts'
import { readIdentity } from './identity.ts'
import { openLimits } from './limits/open-limits.ts'
import { sayLimits } from './limits/say-limits.ts'
import { openListening } from './listening/open-listening.ts'
import { CallerRoom } from './load/caller-room.ts'
import { Gate } from './load/gate.ts'
import { LoadConfig } from './load/load-config.ts'
import { watchLoopDelay } from './load/loop-delay.ts'
import { reportLoad } from './load/report-load.ts'
import { shedLoad } from './load/shed.ts'
import { openUpstream } from './open-upstream.ts'
import { ACTOR } from './outbound.ts'
import { adminRoutes } from './policy/admin-access.ts'
import { openPolicy } from './policy/open-policy.ts'
import type { Definitions } from './protection/definitions.ts'
import { openProtection } from './protection/open-protection.ts'
import { reportServers } from './report-servers.ts'
import { addRoutes } from './routes.ts'
import { rulesFiles } from './rules-files.ts'
import { scopesOfFleet } from './scopes.ts'
import { createTaskIds } from './task-ids.ts'
import { openTokens, type Tokens } from './tokens/open-tokens.ts'

export interface Gateway {
  /** Not listening yet. */
  readonly app: FastifyInstance
  readonly config: HostConfig
  readonly fleet: Fleet
  readonly health: Health
  readonly telemetry: Telemetry
  readonly audit: Audit
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
  const load = parseEnvironment(LoadConfig, env)
  const delegation = parseEnvironment(DelegationConfig, env)
  const auth = parseAuthEnvironment({ ...env, PORT: String(config.PORT) })
  const servers = parseServers(env)
  const clients = parseClients(delegation.GATEWAY_CLIENTS, servers)
  const identity = readIdentity(env, auth.resource)
  const { GATEWAY_ALLOWED_NETWORKS: networks } = parseEnvironment(NetworksConfig, env)
  const guardOf = (server: ServerConfig) => guardFor(server, networks)
  const assertions = signedAssertions({ issuer: identity.issuer, key: identity.keys, actor: ACTOR })
  const trusted = auth.issuers.map(({ issuer }) => issuer)
  const tokens = openTokens({ env, servers, trusted, identity, assertions })
  const telemetry = createTelemetry({ service: INFO.name, version: INFO.version, env, ...output })
  const redis = config.REDIS_URL === undefined ? undefined : connectRedis(config.REDIS_URL, telemetry.logger)
  const bus = memoryEventBus()
  const onRedisError = (error: unknown) => telemetry.logger.debug({ err: error }, 'Redis')
  const replicas = redis ? redisReplicas(redis, auth.resource, onRedisError) : nobodyElse
  const { GATEWAY_MAX_CALLS: maxCalls } = load
  const gate = new Gate({ most: maxCalls, maxDelay: load.GATEWAY_MAX_DELAY })
  const room = new CallerRoom(load.GATEWAY_MAX_CALLS_PER_CALLER)
  const counters = createCounters(telemetry)
  // No one server can take all the room there is.
  const surroundings = {
    ...{ bus, replicas, telemetry, counters, maxCalls: Math.ceil(maxCalls / 2) },
    onListed: (...list: Parameters<Definitions['listed']>) => protection.definitions.listed(...list),
  }
  const fleet = new Fleet(
    servers.map((server) =>
      openUpstream(server, {
        ...{ info: INFO, servers, ...surroundings },
        tokens: tokens.of(server),
        guard: guardOf(server),
      }),
    ),
  )
  const auditConfig = parseEnvironment(AuditConfig, env)
  const audit = openAudit({ config: auditConfig, ...INFO, telemetry, keys: identity.keys })
  // What the gateway hands out for itself, it takes; without clients it hands out none.
  const own = { issuer: identity.issuer, jwks: assertions.jwks, gateway: true }
  const issuers = clients.length > 0 ? [...auth.issuers, own] : auth.issuers
  const authenticator = openAuthenticator({ ...auth, issuers }, tokens, fleet, telemetry)
  const health = createHealth({ name: INFO.name, version: INFO.version })
  health.add('identity', () => authenticator.probe())
  if (redis) health.add('redis', async () => void (await redis.ping()), { optional: true })
  if (auditConfig.AUDIT_DIR) health.add('audit', () => audit.probe(), { optional: !audit.isRequired })
  reportServers(fleet, health, telemetry)
  reportLoad(gate, telemetry)
  const rules = rulesFiles({ health, audit, telemetry })
  const policy = openPolicy({
    ...{ env, rules, fleet, bus, audit, redis, replicas, name: auth.resource },
    logger: telemetry.logger,
  })
  const protection = openProtection({
    ...{ env, rules, telemetry, audit, redis, replicas, name: auth.resource },
    tellsApart: () => policy.admission.view.policy?.isForEverybody === false,
    onQuarantine: (tools) => policy.admission.setQuarantined(tools),
  })
  const limiters = createLimiters(redis)
  const limiting = openLimits({ env, rules, telemetry, audit, redis, name: auth.resource, clock })
  const { limits } = limiting
  // Without a shared secret, a cursor and the id of a task are only good on the replica that made them.
  const secret = config.STATE_SECRET ?? randomBytes(32).toString('base64url')
  const cursors = createCursors(secret)
  const taskIds = createTaskIds(secret)
  const holders = redis && new RedisHolders(redis, auth.resource, onRedisError)
  const held = new HeldCalls({}, holders)
  const listening = openListening({
    ...{ fleet, limits, telemetry, taskIds },
    admission: policy.admission,
    outgoing: protection.outgoing,
  })
  const { pathname, hostname } = new URL(auth.resource)
  const app = createHost({
    service: gatewayService({
      ...{ fleet, cursors, limits, room, audit, telemetry, info: INFO },
      follow: listening.follow,
      ...{ held, taskIds },
      admission: policy.admission,
      outgoing: protection.outgoing,
    }),
    authenticator,
    telemetry,
    health,
    bus,
    audit,
    path: pathname,
    allowedHosts: [hostname, ...config.ALLOWED_HOSTS],
    // Browsers name the origin also where a page asks its own host.
    allowedOrigins: [hostname, ...config.ALLOWED_ORIGINS],
    bodyLimit: config.BODY_LIMIT,
    ...(config.MCP_SESSIONS && { sessions: SESSIONS }),
  })
  shedLoad(app, { gate, path: pathname, audit, logger: telemetry.logger, shed: counters.shed })
  const finding = openFinding({
    ...{ app, servers, guardOf, fleet, name: auth.resource, env, redis, replicas, limiters, audit },
    logger: telemetry.logger,
  })
  sayLimits(app, limits)
  const stopWatching = watchLoopDelay((delay) => gate.adapt(delay))
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
  if (clients.length > 0) {
    addTokenRoute(app, { exchange, resource: auth.resource, limiters, audit, logger })
    addTokenMetadata(app, { issuer: identity.issuer, resource: auth.resource })
  }
  const addAdminRoute = adminRoutes(app, { authenticator, limiters, audit, logger })
  policy.addRoutes(addAdminRoute)
  limiting.addRoutes(addAdminRoute, fleet)
  protection.addRoutes(addAdminRoute, fleet)
  const closeConsole = openConsole({
    ...{ app, env, fleet, audit, authenticator, limiters, limits, logger, admission: policy.admission },
    definitions: protection.definitions,
    development: identity.development,
    authorizationServer: auth.issuers.find((issuer) => issuer.authorizationServer !== false)?.issuer,
    resource: auth.resource,
    secret: config.STATE_SECRET,
  })
  addRoutes(app, {
    fleet,
    definitions: protection.definitions,
    limiters,
    jwks: assertions.jwks,
    development: identity.development,
  })
  return {
    app,
    config,
    fleet,
    health,
    telemetry,
    audit,
    async start() {
      await audit.start()
      await Promise.all([finding.start(), policy.start(), protection.start(), limiting.start()])
      await Promise.all(fleet.upstreams.map((upstream) => upstream.refresh()))
      listening.start()
      health.set('ready')
    },
    async close() {
      closeConsole()
      authenticator.close()
      exchange.close()
      await finding.close()
      policy.close()
      protection.close()
      replicas.close()
      stopWatching()
      listening.close()
      held.close()
      holders?.close()
      await Promise.all(fleet.upstreams.map((upstream) => upstream.close()))
      await bus.close()
      await limiting.close()
      redis?.disconnect()
      await audit.close()
      await telemetry.shutdown()
    },
  }
}

function openAuthenticator(
  auth: AuthEnvironment,
  { exchangeable }: Tokens,
  fleet: Fleet,
  { logger }: Telemetry,
) {
  return createAuthenticator({
    ...auth,
    exchangeable,
    scopesSupported: () => scopesOfFleet(fleet),
    onError: (error) => logger.warn({ err: error }, 'Keys of an issuer could not be read'),
  })
}
