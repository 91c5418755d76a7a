import type { Telemetry } from '@atoll/telemetry'
import { Redis } from 'ioredis'

/** One connection that fails fast, because whoever uses it has something to fall back to. */
export function connectRedis(url: string, { logger }: Pick<Telemetry, 'logger'>): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: 2000,
    commandTimeout: 500,
    retryStrategy: (attempt) => Math.min(attempt * 200, 5000),
  })
  let isUp = true
  redis.on('ready', () => {
    if (!isUp) logger.info('Redis is back')
    isUp = true
  })
  redis.on('error', (error: Error) => {
    if (isUp) logger.warn({ err: error }, 'Redis is not reachable; going on without it')
    isUp = false
  })
  return redis
}
