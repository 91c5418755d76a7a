import { Client, type ConnectOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { type Dispatcher, fetch, Response } from 'undici'
import type { Credentials } from './credentials.ts'
import type { Discovery } from './discovery.ts'
import { noLongerThan } from './no-longer-than.ts'

/** Bytes in which a server says what it is: nobody needs more, and it is asked again and again. */
const LONGEST = 512 * 1024

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
  const transport = openTransport(options, AbortSignal.timeout(timeout))
  const client = new Client(options.info, {
    capabilities: { ...options.credentials.capabilities },
    versionNegotiation: { mode: 'auto', probe: { timeoutMs: timeout } },
  })
  const connect: ConnectOptions = { timeout }
  if (options.knownLegacy) connect.prior = { kind: 'legacy' }
  try {
    await client.connect(transport, connect)
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
): StreamableHTTPClientTransport {
  let refused = false
  return new StreamableHTTPClientTransport(url, {
    authProvider: {
      token: async () => await credentials.token(refused ? { fresh: true } : undefined),
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
    fetch: bounded(pool, deadline),
    ...(sessionId !== undefined && { sessionId }),
  })
}

/** `fetch` over the same connections, which follows no redirect, ends with the deadline, reads no long answer and opens no GET stream. */
function bounded(pool: Dispatcher, deadline: AbortSignal): typeof globalThis.fetch {
  const within = async (input: string | URL, init: Parameters<typeof fetch>[1] = {}) => {
    // The SDK would open a session's only stream, for a moment and for nobody.
    if (init.method === 'GET') return new Response(null, { status: 405 })
    const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline
    return noLongerThan(LONGEST, await fetch(input, { ...init, dispatcher: pool, redirect: 'error', signal }))
  }
  // undici's Response is the same class as the runtime's, typed a second time.
  return within as unknown as typeof globalThis.fetch
}
