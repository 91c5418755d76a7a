import { randomBytes } from 'node:crypto'
import type { TokenExchange } from '@atoll/auth'
import { createResultCache, type ResultCache } from '@atoll/cache'
import { UnavailableError } from '@atoll/errors'
import { createHealth, type Health } from '@atoll/health'
import { type AuditLog, createAuditLog, type Logger, type Telemetry } from '@atoll/telemetry'
import type { Redis } from 'ioredis'
import { compileService } from '../compile/compile-service.ts'
import type { Changes } from '../define/changes.ts'
import type { ServerDefinition } from '../define/define-server.ts'
import type { ConnectContext, Connected } from '../define/domain.ts'
import type { Tasks } from '../define/task.ts'
import { type EventBus, memoryEventBus, redisEventBus } from '../edge/event-bus.ts'
import type { Service } from '../edge/service.ts'
import { createRequestState } from '../interaction/request-state.ts'
import { createSealer } from '../interaction/sealer.ts'
import type { Kit } from '../pipeline/invocation.ts'
import { createLimiters } from '../pipeline/limiters.ts'
import { createChanges } from './changes.ts'
import type { HostConfig } from './config.ts'
import { connectRedis } from './redis.ts'
import { createUseOnce } from './use-once.ts'

export interface RuntimeOptions {
  config: Pick<HostConfig, 'REDIS_URL' | 'STATE_SECRET'>
  telemetry: Telemetry
  /** Opens the domain's dependencies. */
  connect: (context: ConnectContext<unknown>) => Promise<Connected<unknown>>
  /** Where handlers get tokens to act for their callers at other servers. */
  exchange?: TokenExchange | undefined
  /** Where audit events go; beside the log's lines unless given. */
  audit?: AuditLog
}

/** A server without a transport: its compiled catalogue and everything that lives beside it. */
export interface Runtime {
  readonly service: Service
  readonly bus: EventBus
  readonly changes: Changes<unknown>
  readonly health: Health
  readonly redis: Redis | undefined
  readonly logger: Logger
  readonly audit: AuditLog
  /** Open the dependencies; calls are refused as unavailable until then. */
  start(): Promise<void>
  close(): Promise<void>
}

export function createRuntime(server: ServerDefinition, options: RuntimeOptions): Runtime {
  const { config, telemetry, connect } = options
  const { logger } = telemetry
  const { name } = server.domain
  const redis = config.REDIS_URL === undefined ? undefined : connectRedis(config.REDIS_URL, logger)
  const onError = (error: unknown) => logger.warn({ err: error }, 'Redis')
  const bus = redis ? redisEventBus(redis, name, onError) : memoryEventBus()
  const changes = createChanges(bus)
  const audit = options.audit ?? createAuditLog({ stream: telemetry.output })
  const cache = createResultCache({
    name,
    ...(config.REDIS_URL !== undefined && { redisUrl: config.REDIS_URL }),
    onError,
  })
  // Without a shared secret, a sealed state is only good on the replica that made it.
  const secret = config.STATE_SECRET ?? randomBytes(32).toString('base64url')
  const sealer = createSealer(secret, `request-state:${name}`)

  const stopping = new AbortController()
  let connected: Connected<unknown> | undefined
  let tasks: Tasks | undefined
  const kit: Kit = {
    logger,
    audit,
    cache,
    limiters: createLimiters(redis),
    requestState: createRequestState(sealer, createUseOnce(redis, name)),
    changes,
    exchange: options.exchange,
    deps() {
      if (!connected) throw new UnavailableError(`${name} is starting.`, { retryAfter: 1 })
      return connected.deps
    },
    tasks() {
      tasks ??= server.domain.tasks?.(kit.deps())
      if (!tasks) throw new TypeError(`${name} has no tasks`)
      return tasks
    },
    isDraining: () => health.state === 'draining',
    onTaskChange: (id, listener) =>
      bus.subscribe((event) => {
        if (event.kind === 'task' && event.task === id) listener()
      }),
  }

  const health = createHealth({
    name,
    version: server.version,
    ...(redis && { optional: { redis: (signal) => cache.probe(signal) } }),
    onChange: (dependency, status, error) =>
      logger.warn({ dependency, status, err: error }, 'A dependency changed'),
  })
  measureStores(telemetry, cache, audit)
  measureDependencies(telemetry, health)

  return {
    service: compileService(server, kit, telemetry),
    bus,
    changes,
    health,
    redis,
    logger,
    audit,
    async start() {
      connected = await connect({ signal: stopping.signal, logger, changes, metrics: telemetry })
      const { probes = {}, optional = {} } = connected
      for (const [dependency, probe] of Object.entries(probes)) health.add(dependency, probe)
      for (const [dependency, probe] of Object.entries(optional))
        health.add(dependency, probe, { optional: true })
      health.set('ready')
    },
    async close() {
      health.set('draining')
      stopping.abort(new Error('The server stops.'))
      await bus.close()
      await connected?.close?.()
      await cache.close()
      await audit.close()
      redis?.disconnect()
    },
  }
}

/** As `/ready` sees them, whoever asks for that. */
function measureDependencies(telemetry: Telemetry, health: Health): void {
  telemetry.gauge(
    'mcp_server_dependency_up',
    'Whether a dependency is usable: 0 makes the server unready, or its answers worse where it works without.',
    async () => {
      const { dependencies } = await health.ready()
      return Object.entries(dependencies).map(([dependency, { status }]) => ({
        labels: { dependency },
        value: status === 'up' ? 1 : 0,
      }))
    },
    ['dependency'],
  )
}

/** What the cache did, and what the audit lost: both must never be guessed. */
function measureStores(telemetry: Telemetry, cache: ResultCache, audit: AuditLog): void {
  telemetry.gauge(
    'mcp_server_cache_answers',
    'Answers of the result cache since the start, by how.',
    () =>
      (['hits', 'misses', 'joins', 'bypasses', 'unfit'] as const).map((how) => ({
        labels: { how },
        value: cache.stats[how],
      })),
    ['how'],
  )
  telemetry.gauge('mcp_server_audit_lost', 'Audit events that could not be written.', () => audit.dropped)
}
