import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { bodyOf, listen, type TestServer } from './listen.ts'

type Answer = (response: ServerResponse, id: number) => void

interface PolledServer extends TestServer {
  /** What happens to a call, and to each GET after it; the last of them goes on for ever. */
  readonly call: Answer[]
  readonly gets: Answer[]
  /** Methods that arrived, and the headers of each GET. */
  readonly seen: string[]
  readonly headers: IncomingHttpHeaders[]
}

/** A server of the 2025 era that ends the stream of a call before it has answered. */
export async function polledServer(call: Answer, ...gets: Answer[]): Promise<PolledServer> {
  const seen: string[] = []
  const headers: IncomingHttpHeaders[] = []
  const calls = [call]
  let last = 0
  const started = await listen(async (request, response) => {
    const text = await bodyOf(request)
    if (request.method === 'GET') {
      seen.push('GET')
      headers.push(request.headers)
      const answer = gets.length > 1 ? gets.shift() : gets[0]
      return void (answer ?? refuse(405))(response, last)
    }
    if (request.method !== 'POST') return void response.writeHead(200).end()
    const { id, method, params } = JSON.parse(text)
    seen.push(method)
    if (id === undefined) return void response.writeHead(202).end()
    last = id
    if (method === 'tools/call') return void (calls.length > 1 ? calls.shift() : calls[0])?.(response, id)
    const { protocolVersion } = params
    const result = { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'p', version: '1' } }
    const isKnown = method === 'initialize'
    const answer = isKnown ? { result } : { error: { code: -32601, message: 'Method not found' } }
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  })
  return { ...started, call: calls, gets, seen, headers }
}

/** A stream of these lines, which ends. */
export function lines(...text: string[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(text.map((line) => `${line}\n`).join(''))
  }
}

/** The same, but cut off rather than ended. */
export function cut(...text: string[]): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(text.map((line) => `${line}\n`).join(''), () => response.destroy())
  }
}

export function refuse(status: number): Answer {
  const error = { code: -32000, message: 'No' }
  return (response) =>
    void response.writeHead(status).end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
}

/** The result of the call. */
export const done: Answer = (response, id) => {
  const message = { jsonrpc: '2.0', id, result: { content: [] } }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(`data: ${JSON.stringify(message)}\n\n`)
}
