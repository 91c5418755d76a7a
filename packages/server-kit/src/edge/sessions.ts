import type { Principal } from '@atoll/auth'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SubscriptionAudit } from './audit-subscription.ts'
import type { EventBus } from './event-bus.ts'
import { PROTOCOL_VERSION_KEY } from './meta-keys.ts'
import { ownerOf } from './owner-of.ts'
import { type PushedChanges, pushChanges } from './push-changes.ts'
import type { Renderer } from './render.ts'
import { createSdkServer, withFacts } from './sdk-server.ts'
import type { Service } from './service.ts'
import { sendWebResponse, toWebRequest } from './web-request.ts'

/** Sessions of 2025-era clients (MCP 2025-11-25 streamable HTTP, Session Management): one replica holds each. */
export interface Sessions {
  /** Whether the request opens a session or belongs to one. */
  owns(request: FastifyRequest): boolean
  serve(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<void>
  readonly open: number
  close(): Promise<void>
}

export interface SessionLimits {
  /** Open sessions; the one idle for longest makes room. */
  max: number
  /** Of one caller; the caller's own oldest makes room. Default 20. */
  perCaller?: number
  /** Milliseconds without a request after which a session ends. */
  idle: number
}

interface Session {
  transport: WebStandardStreamableHTTPServerTransport
  owner: string
  lastUsed: number
  /** Whose stream it is that changes are sent on: its token decides what may be heard. */
  listener: Principal
  changes: PushedChanges
  end(): Promise<void>
}

export function createSessions(
  service: Service,
  renderer: Renderer,
  bus: EventBus,
  newRequestId: () => string,
  { max, perCaller = 20, idle }: SessionLimits,
  audit: SubscriptionAudit,
): Sessions {
  const sessions = new Map<string, Session>()

  async function begin(principal: Principal): Promise<Session> {
    const server = createSdkServer({
      service,
      renderer,
      era: 'legacy',
      transport: 'http',
      hasBackChannel: true,
      newRequestId,
    })
    const changes = pushChanges(server, bus, service, () => session.listener, audit)
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, session),
      onsessionclosed: (id) => end(id),
    })
    const session: Session = {
      transport,
      owner: ownerOf(principal),
      lastUsed: Date.now(),
      listener: principal,
      changes,
      async end() {
        changes.stop()
        await server.close()
      },
    }
    await server.connect(transport)
    return session
  }

  async function end(id: string): Promise<void> {
    const session = sessions.get(id)
    sessions.delete(id)
    await session?.end()
  }

  async function makeRoom(): Promise<void> {
    const oldestFirst = [...sessions].sort(([, a], [, b]) => a.lastUsed - b.lastUsed)
    const ofCaller = new Map<string, number>()
    for (const [, { owner }] of oldestFirst) ofCaller.set(owner, (ofCaller.get(owner) ?? 0) + 1)
    for (const [id, { owner, lastUsed }] of oldestFirst) {
      const mine = ofCaller.get(owner) ?? 0
      if (sessions.size <= max && mine <= perCaller && Date.now() - lastUsed < idle) continue
      ofCaller.set(owner, mine - 1)
      await end(id)
    }
  }

  const timer = setInterval(() => void makeRoom(), 60_000).unref()

  return {
    owns: (request) => request.headers['mcp-session-id'] !== undefined || isHandshake(request),
    async serve(request, reply, principal) {
      const id = request.headers['mcp-session-id']
      const found = typeof id === 'string' ? sessions.get(id) : await begin(principal)
      // Somebody else's session does not exist, as far as this caller may know.
      if (!found || found.owner !== ownerOf(principal)) {
        reply
          .code(404)
          .send({ jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } })
        return
      }
      found.lastUsed = Date.now()
      const web = toWebRequest(request, reply)
      // What a session may do is decided by the token of each request, not by the one that opened it.
      const authInfo = withFacts({ principal, requestId: request.id, places: request.places })
      const parsed = request.body === undefined ? {} : { parsedBody: request.body }
      const response = await found.transport.handleRequest(web, { authInfo, ...parsed })
      if (request.method === 'GET') {
        // A second stream beside an open one is refused, and its token decides nothing.
        if (response.ok) hear(found, principal, request, reply)
        endWithToken(reply, principal)
      }
      await sendWebResponse(reply, response, web)
      if (id !== undefined) return
      // A handshake that was refused made no session.
      if (found.transport.sessionId === undefined) await found.end()
      else await makeRoom()
    },
    get open() {
      return sessions.size
    },
    async close() {
      clearInterval(timer)
      await Promise.all([...sessions.keys()].map(end))
    },
  }
}

/** Changes go to this stream from now on, as far as its token may hear of them. */
function hear(session: Session, principal: Principal, { id }: FastifyRequest, reply: FastifyReply): void {
  session.listener = principal
  session.changes.listenAs(principal, id)
  reply.raw.on('close', () => session.changes.leave(principal))
}

/** A stream that outlived its token would be a way around the token's expiry. */
function endWithToken(reply: FastifyReply, { expiresAt }: Principal): void {
  if (!Number.isFinite(expiresAt)) return
  const left = Math.min(Math.max(0, expiresAt * 1000 - Date.now()), 2 ** 31 - 1)
  const timer = setTimeout(() => reply.raw.destroy(), left).unref()
  reply.raw.on('close', () => clearTimeout(timer))
}

/** An `initialize` of a 2025-era client; one with a modern envelope is just an unknown method. */
function isHandshake({ method, body }: FastifyRequest): boolean {
  if (method !== 'POST' || typeof body !== 'object' || body === null) return false
  const { method: rpc, params } = body as { method?: unknown; params?: { _meta?: object } }
  return rpc === 'initialize' && !(PROTOCOL_VERSION_KEY in (params?._meta ?? {}))
}
