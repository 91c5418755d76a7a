import type { ServerResponse } from 'node:http'
import { bodyOf, listen, type TestServer } from './listen.ts'

interface AskingServer extends TestServer {
  /** Methods that arrived, and `GET` for the stream of the session. */
  readonly seen: string[]
  /** Streams of the session whose head was sent. */
  readonly streams: ServerResponse[]
  /** Calls that wait for their answer. */
  readonly calls: { end(): void }[]
  /** `Last-Event-ID` of each stream that was asked for. */
  readonly resumed: unknown[]
  /** How it refuses those that have it; 0 where it does not. */
  refuses: number
  /** Whether the head of a stream is sent at once, as the SDK does, or with its first event. */
  isPrompt: boolean
}

/** A server of the 2025 era that answers calls when it is told to, and says nothing on the stream of its session. */
export async function askingServer(): Promise<AskingServer> {
  const streams: ServerResponse[] = []
  const seen: string[] = []
  const resumed: unknown[] = []
  const calls: { end(): void }[] = []
  const started = await listen(async (request, response) => {
    const text = await bodyOf(request)
    if (request.method === 'GET') {
      seen.push('GET')
      const from = request.headers['last-event-id']
      resumed.push(from)
      if (from !== undefined && server.refuses > 0) return void response.writeHead(server.refuses).end()
      if (!server.isPrompt) return
      streams.push(response)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      return
    }
    if (request.method !== 'POST') return void response.writeHead(200).end()
    const { id, method, params } = JSON.parse(text)
    if (id === undefined || method === undefined) return void response.writeHead(202).end()
    seen.push(method)
    const answer = (body: object, headers: Record<string, string> = {}) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...body }))
    }
    if (method === 'initialize') {
      const { protocolVersion } = params
      const result = { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'a', version: '1' } }
      answer({ result }, { 'mcp-session-id': crypto.randomUUID() })
    } else if (method === 'tools/call') calls.push({ end: () => answer({ result: { content: [] } }) })
    else answer({ error: { code: -32601, message: 'Method not found' } })
  })
  const server: AskingServer = {
    ...{ ...started, seen, streams, calls, resumed },
    ...{ isPrompt: true, refuses: 0 },
  }
  return server
}

/** Put a question on the stream of a session; with an id, it can be gone on with from there. */
export function ask(stream: ServerResponse | undefined, eventId?: string): void {
  if (eventId !== undefined) stream?.write(`retry: 30\nid: ${eventId}\n`)
  const question = { jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: {} }
  stream?.write(`data: ${JSON.stringify(question)}\n\n`)
}

/** Put a log line there. */
export function log(stream: ServerResponse | undefined): void {
  const line = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } }
  stream?.write(`data: ${JSON.stringify(line)}\n\n`)
}
