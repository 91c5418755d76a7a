import type { LookupFunction } from 'node:net'
import { buildConnector, Pool } from 'undici'
import { type AddressGuard, isAddress } from './address-guard.ts'
import { ForbiddenAddressError, guardedLookup } from './guarded-lookup.ts'

export interface PoolOptions {
  /** Connections to the server at most; further requests wait for a free one. */
  connections?: number
  /** Milliseconds to open a connection. */
  connectTimeout?: number
  /** Bytes of one answer; an answer that is longer is cut off and counts as broken. */
  maxAnswer?: number
  /** Which addresses may be connected to; any unless given. */
  guard?: AddressGuard
}

export const POOL: Required<Omit<PoolOptions, 'guard'>> = {
  connections: 256,
  connectTimeout: 1000,
  maxAnswer: 10 * 1024 * 1024,
}

/**
 * Keep-alive connections to one server. Redirects are not followed: a server that answers with one could send
 * a token elsewhere.
 */
export function createPool(url: URL, options: PoolOptions = {}): Pool {
  const { connections, connectTimeout, maxAnswer, guard } = { ...POOL, ...options }
  return new Pool(url.origin, {
    connections,
    connect: guard ? guardedConnector(guard, connectTimeout) : { timeout: connectTimeout },
    maxResponseSize: Number.isFinite(maxAnswer) ? maxAnswer : -1,
    keepAliveTimeout: 30_000,
    // Deadlines are per request and exact; undici's own would only come late.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

function guardedConnector(guard: AddressGuard, timeout: number): buildConnector.connector {
  const lookup: LookupFunction = guardedLookup(guard)
  const connect = buildConnector({ timeout, lookup })
  return (options, done) => {
    const { hostname } = options
    // An address is connected to without being looked up.
    if (isAddress(hostname) && !guard.mayName(hostname)) {
      done(new ForbiddenAddressError(hostname, [hostname]), null)
    } else {
      connect(options, done)
    }
  }
}
