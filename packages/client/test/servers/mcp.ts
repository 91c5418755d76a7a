import {
  createMcpHandler,
  type EventStore,
  InMemoryServerEventBus,
  isInitializeRequest,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { listen, type TestServer } from './listen.ts'
import { serveWeb } from './web.ts'

/** Every message that arrived, with its HTTP headers. */
export interface Arrival {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly message: { id?: unknown; method?: string; params?: Record<string, unknown> }
}

export interface McpTestServer extends TestServer {
  readonly arrivals: Arrival[]
}

/** A stateless server of both eras: 2026-07-28, and the 2025 revisions without sessions. */
export function modernServer(
  factory: () => McpServer,
  bus = new InMemoryServerEventBus(),
): Promise<McpTestServer> {
  const handler = createMcpHandler(factory, { keepAliveMs: 0, bus })
  return serve((request) => handler.fetch(request))
}

/** A server of the 2025 era, with sessions. `sessions` may be cleared to forget them; with `eventStore` streams can be resumed. */
export async function legacyServer(
  factory: () => McpServer,
  streams: { eventStore?: EventStore; retryInterval?: number } = {},
): Promise<McpTestServer & { sessions: Map<string, WebStandardStreamableHTTPServerTransport> }> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  const started = await serve(async (request, body) => {
    const known = sessions.get(request.headers.get('mcp-session-id') ?? '')
    if (known) return await known.handleRequest(request)
    if (request.headers.has('mcp-session-id')) return fault(404, -32001, 'Session not found')
    if (body === '' || !isInitializeRequest(JSON.parse(body)))
      return fault(400, -32000, 'Server not initialized')
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
      ...streams,
    })
    await factory().connect(transport)
    return await transport.handleRequest(request)
  })
  return { ...started, sessions }
}

async function serve(handler: (request: Request, body: string) => Promise<Response>): Promise<McpTestServer> {
  const arrivals: Arrival[] = []
  const server = await listen((incoming, outgoing) =>
    serveWeb(
      (request, body) => {
        const message = body === '' ? {} : JSON.parse(body)
        arrivals.push({
          method: message.method ?? request.method,
          headers: Object.fromEntries(request.headers),
          message,
        })
        return handler(request, body)
      },
      incoming,
      outgoing,
    ),
  )
  return { ...server, arrivals }
}

function fault(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status })
}
