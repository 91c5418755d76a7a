import { Client, type ConnectOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { type Dispatcher, fetch, Response } from 'undici'
import type { Credentials } from './credentials.ts'
import type { Discovery } from './discovery.ts'
import { noLongerThan } from './no-longer-than.ts'
import { sendable } from './token-for.ts'

/** In which a server says what it is: nobody needs more, and it is asked again and again. */
const LONGEST = { bytes: 512 * 1024, lines: 400 }

export interface DiscoverOptions {
  readonly url: URL
  readonly pool: Dispatcher
  readonly info: { name: string; version: string }
  readonly credentials: Credentials
  /** Milliseconds for the whole negotiation. */
  readonly timeout: number
  /** Skip the probe: this server is known to speak only the 2025 era. */
  readonly knownLegacy?: boolean
}

/**
 * Find out which era a server speaks and what it offers: `server/discover`, or the `initialize` handshake where
 * that is not known (MCP basic/versioning). Network failures and 401, 403 and 5xx answers prove no era and throw.
 */
export async function discover(options: DiscoverOptions): Promise<Discovery> {
  const timeout = Math.max(1, Math.ceil(options.timeout))
  const tooLong = Promise.withResolvers<never>()
  const transport = openTransport(options, AbortSignal.timeout(timeout), tooLong.reject)
  const client = new Client(options.info, {
    capabilities: { ...options.credentials.capabilities },
    versionNegotiation: { mode: 'auto', probe: { timeoutMs: timeout } },
  })
  const connect: ConnectOptions = { timeout }
  if (options.knownLegacy) connect.prior = { kind: 'legacy' }
  try {
    // The SDK would wait on for an answer on a stream that has failed.
    await Promise.race([client.connect(transport, connect), tooLong.promise])
    return {
      era: client.getProtocolEra() ?? 'legacy',
      protocolVersion: client.getNegotiatedProtocolVersion() ?? '2025-03-26',
      capabilities: client.getServerCapabilities() ?? {},
      serverInfo: client.getServerVersion(),
      instructions: client.getInstructions(),
      sessionId: transport.sessionId,
    }
  } finally {
    await client.close()
  }
}

/** End a 2025-era session, as far as the server cares to listen. Never throws. */
export async function endSession(options: DiscoverOptions, sessionId: string): Promise<void> {
  const transport = openTransport({ ...options, sessionId }, AbortSignal.timeout(options.timeout))
  await transport.terminateSession().catch(() => undefined)
}

function openTransport(
  { url, pool, credentials, sessionId }: DiscoverOptions & { sessionId?: string },
  deadline: AbortSignal,
  onLonger: (reason: RangeError) => void = () => {},
): StreamableHTTPClientTransport {
  let refused = false
  return new StreamableHTTPClientTransport(url, {
    authProvider: {
      token: async () => sendable(await credentials.token(refused ? { fresh: true } : undefined)),
      onUnauthorized: async () => {
        refused = true
      },
    },
    onInsufficientScope: 'throw',
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 0,
      maxReconnectionDelay: 0,
      reconnectionDelayGrowFactor: 1,
    },
    fetch: bounded(pool, deadline, onLonger),
    ...(sessionId !== undefined && { sessionId }),
  })
}

/** `fetch` over the same connections, which follows no redirect, ends with the deadline, reads no long answer and opens no GET stream. */
function bounded(
  pool: Dispatcher,
  deadline: AbortSignal,
  onLonger: (reason: RangeError) => void,
): typeof globalThis.fetch {
  const within = async (input: string | URL, init: Parameters<typeof fetch>[1] = {}) => {
    // The SDK would open a session's only stream, for a moment and for nobody.
    if (init.method === 'GET') return new Response(null, { status: 405 })
    const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline
    const response = await fetch(input, { ...init, dispatcher: pool, redirect: 'error', signal })
    return noLongerThan(LONGEST, response, onLonger)
  }
  // undici's Response is the same class as the runtime's, typed a second time.
  return within as unknown as typeof globalThis.fetch
}
