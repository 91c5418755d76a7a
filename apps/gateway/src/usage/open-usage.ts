import { type Environment, parseEnvironment } from '@atoll/server-kit'
import type { Telemetry } from '@atoll/telemetry'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { fileStore } from './file-store.ts'
import { postgresStore } from './postgres-store.ts'
import { redisStore } from './redis-store.ts'
import { UsageLog } from './usage-log.ts'
import type { UsageStore } from './usage-store.ts'

const UsageConfig = z.object({
  /** PostgreSQL in which usage is kept for good. */
  USAGE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }).optional(),
  /** Where this process keeps it, where there is neither PostgreSQL nor Redis for it. */
  USAGE_FILE: z.string().optional(),
})

export interface UsageSurroundings {
  readonly env: Environment
  readonly telemetry: Telemetry
  readonly redis: Redis | undefined
  /** The same for all replicas of this gateway. */
  readonly name: string
  readonly clock?: () => number
}

/** What calls cost, kept where the environment says. Throws ConfigError, and InvalidError for a file it cannot use. */
export function openUsage({ env, telemetry, redis, name, clock }: UsageSurroundings): UsageLog {
  const { USAGE_DATABASE_URL: url, USAGE_FILE: file } = parseEnvironment(UsageConfig, env)
  const { logger } = telemetry
  const stores: UsageStore[] = []
  // What is kept for good is asked first.
  if (url) stores.push(postgresStore(url, (error) => logger.debug({ err: error }, 'PostgreSQL of the usage')))
  if (redis) stores.push(redisStore(redis, name))
  if (stores.length === 0 && file) stores.push(fileStore(file))
  const log = new UsageLog({ stores, logger, ...(clock && { clock }) })
  telemetry.gauge(
    'atoll_gateway_usage_waiting_rows',
    'Rows of usage that are not kept yet.',
    () => log.waiting,
  )
  return log
}
