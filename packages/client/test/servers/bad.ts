import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, listen, type TestServer } from './listen.ts'

interface Message {
  id: number
  method: string
  params: Record<string, unknown>
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse, message: Message) => void

export interface BadServer extends TestServer {
  /** Every request but discovery that arrived whole. */
  readonly calls: { headers: IncomingMessage['headers']; message: Message }[]
  /** What the next calls meet; when empty, they are answered well. */
  readonly next: Behaviour[]
  /** Connections opened so far. */
  connections(): number
}

/** A server of the modern era that behaves as told. */
export async function badServer(): Promise<BadServer> {
  const calls: BadServer['calls'] = []
  const next: Behaviour[] = []
  let connections = 0
  const started = await listen(async (request, response) => {
    const message = JSON.parse((await bodyOf(request)) || '{}') as Message
    if (message.method === 'server/discover') return reply(response, message, DISCOVERED)
    calls.push({ headers: request.headers, message })
    const behave = next.shift() ?? well
    behave(request, response, message)
  })
  started.server.on('connection', () => connections++)
  return { ...started, calls, next, connections: () => connections }
}

export const well: Behaviour = (_, response, message) =>
  reply(response, message, { resultType: 'complete', content: [{ type: 'text', text: 'well done' }] })

/** Reads the whole request, then cuts the connection. */
export const hangUp: Behaviour = (request) => void request.socket.destroy()

export const neverAnswer: Behaviour = () => {}

export function status(code: number, headers: Record<string, string> = {}, body = ''): Behaviour {
  return (_, response) => void response.writeHead(code, headers).end(body)
}

export function answer(type: string, body: string): Behaviour {
  return (_, response) => void response.writeHead(200, { 'content-type': type }).end(body)
}

/** Messages one after the other, and then the result; without one the stream stays open. */
export function stream(messages: readonly object[], result?: object): Behaviour {
  return (_, response, { id }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const message of messages) response.write(`data: ${JSON.stringify(message)}\n\n`)
    if (result) response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`)
  }
}

/** An event stream that keeps sending and never comes to the point. */
export const endless: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const note = { jsonrpc: '2.0', method: 'notifications/message', params: { data: 'x'.repeat(1000) } }
  const send = () => {
    while (!response.destroyed && response.write(`data: ${JSON.stringify(note)}\n\n`));
    if (!response.destroyed) response.once('drain', send)
  }
  send()
}

/** One event that never ends. */
export const endlessEvent: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: ')
  const send = () => {
    while (!response.destroyed && response.write('x'.repeat(10_000)));
    if (!response.destroyed) response.once('drain', send)
  }
  send()
}

function reply(response: ServerResponse, message: Message, result: Record<string, unknown>): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }))
}

const DISCOVERED = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
  ttlMs: 60_000,
  cacheScope: 'public',
}
