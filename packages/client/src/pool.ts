import { Pool } from 'undici'

export interface PoolOptions {
  /** Connections to the server at most; further requests wait for a free one. */
  connections?: number
  /** Milliseconds to open a connection. */
  connectTimeout?: number
  /** Bytes of one answer, -1 for any number; an answer that is longer is cut off and counts as broken. */
  maxAnswer?: number
}

const DEFAULTS = { connections: 256, connectTimeout: 1000, maxAnswer: 10 * 1024 * 1024 }

/**
 * Keep-alive connections to one server. Redirects are not followed: a server that answers with one could send
 * a token elsewhere.
 */
export function createPool(url: URL, options: PoolOptions = {}): Pool {
  const { connections, connectTimeout, maxAnswer } = { ...DEFAULTS, ...options }
  return new Pool(url.origin, {
    connections,
    connect: { timeout: connectTimeout },
    maxResponseSize: maxAnswer,
    keepAliveTimeout: 30_000,
    // Deadlines are per request and exact; undici's own would only come late.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}
