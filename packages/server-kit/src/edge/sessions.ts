import { Readable } from 'node:stream'
import type { Principal } from '@atoll/auth'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EventBus } from './event-bus.ts'
import { PROTOCOL_VERSION_KEY } from './meta-keys.ts'
import { pushChanges } from './push-changes.ts'
import type { Renderer } from './render.ts'
import { toWebRequest } from './sdk-fallback.ts'
import { createSdkServer } from './sdk-server.ts'
import type { Service } from './service.ts'

/** Sessions of 2025-era clients (MCP 2025-11-25 streamable HTTP, Session Management): one replica holds each. */
export interface Sessions {
  /** Serve what belongs to a session; false when the request does not. */
  serve(request: FastifyRequest, reply: FastifyReply, principal: Principal): Promise<boolean>
  close(): Promise<void>
}

export interface SessionLimits {
  /** Open sessions; the one idle for longest makes room. */
  max: number
  /** Milliseconds without a request after which a session ends. */
  idle: number
}

interface Session {
  transport: WebStandardStreamableHTTPServerTransport
  owner: string
  lastUsed: number
  end(): Promise<void>
}

export function createSessions(
  service: Service,
  renderer: Renderer,
  bus: EventBus,
  newRequestId: () => string,
  limits: SessionLimits,
): Sessions {
  const sessions = new Map<string, Session>()

  async function open(principal: Principal): Promise<Session> {
    const server = createSdkServer({
      service,
      renderer,
      era: 'legacy',
      transport: 'http',
      principal,
      hasBackChannel: true,
      newRequestId,
    })
    const stop = pushChanges(server, bus, principal.tenant)
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => {
        sessions.set(id, session)
      },
      onsessionclosed: (id) => {
        sessions.delete(id)
      },
    })
    const session: Session = {
      transport,
      owner: ownerOf(principal),
      lastUsed: Date.now(),
      async end() {
        stop()
        await server.close()
      },
    }
    await server.connect(transport)
    return session
  }

  async function sweep(): Promise<void> {
    const oldest = [...sessions].sort(([, a], [, b]) => a.lastUsed - b.lastUsed)
    const tooMany = sessions.size - limits.max
    for (const [index, [id, session]] of oldest.entries()) {
      if (index >= tooMany && Date.now() - session.lastUsed < limits.idle) break
      sessions.delete(id)
      await session.end()
    }
  }

  const timer = setInterval(() => void sweep(), 60_000).unref()

  return {
    async serve(request, reply, principal) {
      const id = request.headers['mcp-session-id']
      if (id === undefined && !isHandshake(request)) return false
      const found = typeof id === 'string' ? sessions.get(id) : await open(principal)
      // Somebody else's session does not exist, as far as this caller may know.
      if (!found || found.owner !== ownerOf(principal)) {
        reply
          .code(404)
          .send({ jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } })
        return true
      }
      found.lastUsed = Date.now()
      await send(reply, found.transport, request)
      if (id === undefined) await sweep()
      return true
    },
    async close() {
      clearInterval(timer)
      const all = [...sessions.values()]
      sessions.clear()
      await Promise.all(all.map((session) => session.end()))
    },
  }
}

async function send(
  reply: FastifyReply,
  transport: Session['transport'],
  request: FastifyRequest,
): Promise<void> {
  const web = toWebRequest(request)
  const response = await transport.handleRequest(
    web,
    request.body === undefined ? {} : { parsedBody: request.body },
  )
  reply.code(response.status)
  for (const [name, value] of response.headers) reply.header(name, value)
  if (!response.body) {
    reply.send()
    return
  }
  // The web types of the DOM library and of node:stream/web differ in name only.
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
  // Holds `web` for as long as its response streams: once collected, an abort would go unnoticed.
  reply.raw.on('close', () => web && body.destroy())
  reply.send(body)
}

/** An `initialize` of a 2025-era client; one with a modern envelope is just an unknown method. */
function isHandshake({ method, body }: FastifyRequest): boolean {
  if (method !== 'POST' || typeof body !== 'object' || body === null) return false
  const { method: rpc, params } = body as { method?: unknown; params?: { _meta?: object } }
  return rpc === 'initialize' && !(PROTOCOL_VERSION_KEY in (params?._meta ?? {}))
}

function ownerOf({ issuer, tenant, subject }: Principal): string {
  return `${issuer}\n${tenant}\n${subject}`
}
