import { Counts, redisCounts } from '@atoll/limits'
import { type Environment, parseEnvironment } from '@atoll/server-kit'
import type { AuditLog, Telemetry } from '@atoll/telemetry'
import type { Redis } from 'ioredis'
import type { Fleet } from '../fleet.ts'
import type { AddAdminRoute } from '../policy/admin-access.ts'
import type { OpenRulesFile } from '../rules-files.ts'
import { openUsage } from '../usage/open-usage.ts'
import { addUsageRoutes } from '../usage/usage-routes.ts'
import { BudgetWatch } from './budget-watch.ts'
import { Crowd } from './crowd.ts'
import { LimitConfig } from './limit-config.ts'
import { addLimitRoutes } from './limit-routes.ts'
import { Limits } from './limits.ts'
import { NO_LIMITS, readLimits } from './read-limits.ts'

export interface LimitSurroundings {
  readonly env: Environment
  readonly rules: OpenRulesFile
  readonly telemetry: Telemetry
  readonly audit: AuditLog
  readonly redis: Redis | undefined
  /** The same for all replicas of this gateway. */
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly clock?: (() => number) | undefined
}

export interface OpenLimits {
  readonly limits: Limits
  addRoutes(add: AddAdminRoute, fleet: Fleet): void
  /** Resolves when it is known who else counts and what was used before. Never rejects. */
  start(): Promise<void>
  /** Gives back what is held, and keeps what was used. */
  close(): Promise<void>
}

/** Limits, budgets and usage, with all that feeds them. Throws ConfigError, and InvalidError for files it cannot use. */
export function openLimits(surroundings: LimitSurroundings): OpenLimits {
  const { env, rules, telemetry, audit, redis, name, clock } = surroundings
  const { GATEWAY_RATE: rate, GATEWAY_LIMITS_FILE: path } = parseEnvironment(LimitConfig, env)
  const { logger } = telemetry
  const usage = openUsage({ env, telemetry, redis, name, ...(clock && { clock }) })
  const shared = redis && redisCounts(redis, name, { ...(clock && { clock }) })
  const shareAlone = (replicas: number) => {
    const { share, replicas: least } = limits.file.whileAlone
    return share ?? 1 / Math.max(replicas, least)
  }
  const counts = new Counts({
    shared,
    share: shareAlone,
    ...(clock && { clock }),
    onAway: (error) =>
      logger.warn({ err: error }, 'Limits are counted by this replica alone, each its share: Redis is away'),
    onBack: () => logger.info('Limits are counted by all replicas together again'),
  })
  const file =
    path === undefined
      ? undefined
      : rules({
          ...{ kind: 'limits', path, variable: 'GATEWAY_LIMITS_FILE', parse: readLimits },
          apply: (content) => limits.setFile(content),
        })
  const crowd = new Crowd((file?.content ?? NO_LIMITS).concurrency, () =>
    counts.isAway ? shareAlone(counts.replicas) : 1 / counts.replicas,
  )
  const budgets = new BudgetWatch({ usage, shared, telemetry, audit, ...(clock && { clock }) })
  const refused = telemetry.counter(
    'atoll_gateway_limited_total',
    'Requests refused by a limit, a budget, or for want of room (concurrency).',
    ['limit'],
  )
  const limits = new Limits({
    ...{ counts, rate, crowd, usage },
    file: file?.content ?? NO_LIMITS,
    onNew: (applied, now) => budgets.begin(applied, now),
    onSpent: (budget, now) => budgets.spent(budget, now),
    onRefused: (limit) => refused.inc({ limit }),
    ...(clock && { clock }),
  })
  reportLimits(counts, crowd, telemetry)
  return {
    limits,
    addRoutes(add, fleet) {
      addLimitRoutes(add, { fleet, limits, counts, crowd, usage, ...(clock && { clock }) })
      addUsageRoutes(add, { limits, usage, ...(clock && { clock }) })
    },
    async start() {
      file?.watch()
      usage.start()
      await Promise.all([counts.start(), budgets.start()])
    },
    async close() {
      file?.close()
      await Promise.all([counts.close(), usage.close()])
    },
  }
}

function reportLimits(counts: Counts, crowd: Crowd, telemetry: Telemetry): void {
  telemetry.gauge(
    'atoll_gateway_limits_alone',
    'Whether this replica counts limits alone, because Redis is away.',
    () => (counts.isAway ? 1 : 0),
  )
  telemetry.gauge(
    'atoll_gateway_limits_replicas',
    'Replicas known to count limits together.',
    () => counts.replicas,
  )
  telemetry.gauge(
    'atoll_gateway_calls_waiting',
    'Calls that wait until their tenant has room for one more.',
    () => crowd.waiting,
  )
}
