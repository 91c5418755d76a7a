import { Pool } from 'undici'

export interface PoolOptions {
  /** Connections to the server at most; further requests wait for a free one. */
  connections?: number
  /** Milliseconds to open a connection. */
  connectTimeout?: number
  /** Bytes of one answer; an answer that is longer is cut off and counts as broken. */
  maxAnswer?: number
}

export const POOL: Required<PoolOptions> = {
  connections: 256,
  connectTimeout: 1000,
  maxAnswer: 10 * 1024 * 1024,
}

/**
 * Keep-alive connections to one server. Redirects are not followed: a server that answers with one could send
 * a token elsewhere.
 */
export function createPool(url: URL, options: PoolOptions = {}): Pool {
  const { connections, connectTimeout, maxAnswer } = { ...POOL, ...options }
  return new Pool(url.origin, {
    connections,
    connect: { timeout: connectTimeout },
    maxResponseSize: Number.isFinite(maxAnswer) ? maxAnswer : -1,
    keepAliveTimeout: 30_000,
    // Deadlines are per request and exact; undici's own would only come late.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}
