import type { Health } from '@atoll/health'
import type { Logger } from '@atoll/telemetry'
import type { FastifyInstance } from 'fastify'
import type { HostConfig } from './config.ts'
import { collectGarbageForLatency } from './garbage.ts'

export interface LifecycleOptions {
  app: FastifyInstance
  config: Pick<HostConfig, 'HOST' | 'PORT' | 'DRAIN_DELAY_MS' | 'SHUTDOWN_TIMEOUT_MS'>
  health: Health
  logger: Logger
  /** Runs once the port is open. Rejects when the server cannot work; it is then stopped. */
  start(): Promise<void>
  /** Runs when the server is told to stop, while it still serves. */
  leave?(): Promise<void>
  /** Runs after the last answer was sent. */
  close(): Promise<void>
}

/**
 * Listen, serve until SIGINT or SIGTERM, then stop in order: not ready, leave, drain, close. Resolves when all is
 * closed. Rejects when the port cannot be opened or `start` fails.
 */
export async function runUntilSignal(options: LifecycleOptions): Promise<void> {
  const { app, config, health, logger, start, leave, close } = options
  collectGarbageForLatency()
  const stopped = firstSignal()
  await listen(app, config)
  try {
    await start()
    logger.info({ url: `http://${config.HOST}:${portOf(app)}`, pid: process.pid }, 'Ready')
    const signal = await stopped
    logger.info({ signal }, 'Stopping: no longer ready, finishing what is in flight')
    health.set('draining')
    await leave?.()
    await delay(config.DRAIN_DELAY_MS)
  } finally {
    await closeWithin(app, config.SHUTDOWN_TIMEOUT_MS, logger)
    await close()
  }
}

async function listen(app: FastifyInstance, { HOST, PORT }: LifecycleOptions['config']): Promise<void> {
  try {
    await app.listen({ host: HOST, port: PORT })
  } catch (error) {
    await app.close()
    throw explain(error, HOST, PORT)
  }
}

/** Stop accepting, wait for calls in flight, and cut those that outlast the limit. */
async function closeWithin(app: FastifyInstance, limit: number, logger: Logger): Promise<void> {
  // A connection that was busy when closing began would be kept alive after its answer.
  const sweep = setInterval(() => app.server.closeIdleConnections(), 20)
  const cut = setTimeout(() => {
    logger.warn('Calls in flight did not finish in time; cutting them')
    app.server.closeAllConnections()
  }, limit)
  await app.close()
  clearInterval(sweep)
  clearTimeout(cut)
}

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}

function delay(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms))
}

function portOf(app: FastifyInstance): number | undefined {
  const address = app.server.address()
  return typeof address === 'object' ? address?.port : undefined
}

function explain(error: unknown, host: string, port: number): Error {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return new Error(`Port ${port} on ${host} is taken. Stop what holds it, or set PORT to another.`)
  if (code === 'EACCES')
    return new Error(`Port ${port} on ${host} needs privileges. Set PORT to one above 1023.`)
  return error instanceof Error ? error : new Error(String(error))
}
