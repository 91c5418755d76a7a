import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The request as the SDK wants it; its signal aborts when the caller hangs up before the answer is complete. */
export function toWebRequest(request: FastifyRequest, reply: FastifyReply): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const gone = new AbortController()
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) gone.abort()
  })
  const url = `http://${request.headers.host ?? 'localhost'}${request.url}`
  return new Request(url, { method: request.method, headers, signal: gone.signal })
}

/** Send what the SDK answered: a whole body as it is, an event stream as it comes. `web` is kept until the end. */
export async function sendWebResponse(reply: FastifyReply, response: Response, web: Request): Promise<void> {
  reply.code(response.status)
  for (const [name, value] of response.headers) reply.header(name, value)
  if (!response.headers.get('content-type')?.includes('text/event-stream') || !response.body) {
    reply.send(Buffer.from(await response.arrayBuffer()))
    return
  }
  // The web types of the DOM library and of node:stream/web differ in name only.
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
  body.on('error', () => reply.raw.destroy())
  // Holds `web` for as long as its response streams: once collected, an abort would go unnoticed.
  reply.raw.on('close', () => web && body.destroy())
  // Clients wait for the head before they go on, and the first event may be long in coming.
  reply.raw.once('pipe', () => reply.raw.flushHeaders())
  reply.send(body)
}
