import { UnavailableError } from '@atoll/errors'
import pg from 'pg'
import { columnTypes } from './column-types.ts'
import { unreachable } from './database-error.ts'
import { endWhenSilent } from './end-when-silent.ts'

export interface PoolOptions {
  url: string
  size: number
  /** Milliseconds; 0 for none. */
  statementTimeout: number
  /** Milliseconds a transaction may stand still; 0 for ever. */
  idleInTransactionTimeout?: number
  /** Milliseconds to wait for a free or a new connection. */
  acquireTimeout: number
  applicationName: string
}

/** How much longer than the server's own statement timeout we wait for its answer: then the network is gone. */
const NETWORK_GRACE = 5000
const IDLE = 60_000
const LIFETIME_SECONDS = 3600

/** Connections that come back after a restart of the server, and whose loss never ends the process. */
export function createPool(options: PoolOptions): pg.Pool {
  const { statementTimeout } = options
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.size,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.acquireTimeout,
    idleTimeoutMillis: IDLE,
    maxLifetimeSeconds: LIFETIME_SECONDS,
    keepAlive: true,
    pipeline: true,
    types: columnTypes,
    ...(options.idleInTransactionTimeout && {
      idle_in_transaction_session_timeout: options.idleInTransactionTimeout,
    }),
    ...(statementTimeout > 0 && { statement_timeout: statementTimeout }),
  })
  // Statements report a lost connection themselves; an error event nobody listens to would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    client.on('error', () => {})
    if (statementTimeout > 0) endWhenSilent(client, statementTimeout + NETWORK_GRACE)
  })
  return pool
}

/** A client of the pool; the caller releases it. Throws UnavailableError, or the signal's reason. */
export async function acquire(pool: pg.Pool, signal?: AbortSignal): Promise<pg.PoolClient> {
  signal?.throwIfAborted()
  const connecting = pool.connect()
  if (!signal) return connecting.catch(refused)
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([connecting, aborted])
  } catch (error) {
    if (!signal.aborted) return refused(error)
    connecting.then(
      (client) => client.release(),
      () => {},
    )
    throw signal.reason
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Give back a client whose connection cannot be trusted. A goodbye might never be answered. */
export function discard(client: pg.PoolClient): void {
  client.connection.stream.destroy()
  client.release(true)
}

function refused(error: unknown): never {
  if (error instanceof Error && error.message === 'timeout exceeded when trying to connect') {
    throw new UnavailableError('The database is busy: all connections are in use. Try again shortly.', {
      cause: error,
      retryAfter: 1,
    })
  }
  throw unreachable(error)
}
