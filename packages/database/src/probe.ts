import { toAppError } from './database-error.ts'
import { acquire, createPool, discard } from './pool.ts'

export interface ProbeOptions {
  url: string
  applicationName: string
  /** Milliseconds. */
  timeout: number
}

export interface DatabaseProbe {
  check(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Asks on a connection of its own: a busy pool must not make the server look broken. */
export function createProbe({ url, applicationName, timeout }: ProbeOptions): DatabaseProbe {
  const pool = createPool({
    url,
    size: 1,
    statementTimeout: timeout,
    acquireTimeout: timeout,
    applicationName: `${applicationName} probe`,
  })
  async function check(signal: AbortSignal): Promise<void> {
    const client = await acquire(pool, signal)
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([client.query('select 1'), aborted])
      client.release()
    } catch (error) {
      discard(client)
      throw toAppError(error)
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
  return { check, close: () => pool.end() }
}
