import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf } from './listen.ts'

/** Serve a Node request with a handler of web requests; a client that hangs up aborts the web request. */
export async function serveWeb(
  handler: (request: Request, body: string) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await bodyOf(incoming)
  const gone = new AbortController()
  outgoing.on('close', () => gone.abort())
  const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers: incoming.headers as Record<string, string>,
    signal: gone.signal,
    ...(body !== '' && { body }),
  })
  const response = await handler(request, body)
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.flushHeaders()
  if (response.body) {
    for await (const chunk of response.body) {
      if (outgoing.destroyed) break
      if (!outgoing.write(chunk)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')])
    }
  }
  outgoing.end()
}
