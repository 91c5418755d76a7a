import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface WebRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly form: Readonly<Record<string, string>>
}

/** An HTTP server that answers as the test says, and remembers what it was asked. */
export async function webServer(answer: (request: WebRequest, response: ServerResponse) => unknown) {
  const requests: WebRequest[] = []
  const server = createServer(async (incoming, response) => {
    let text = ''
    for await (const chunk of incoming) text += chunk
    const { method = '', url = '', headers } = incoming
    const request = { method, url, headers, form: Object.fromEntries(new URLSearchParams(text)) }
    requests.push(request)
    const body = await answer(request, response)
    if (body === undefined || response.writableEnded) return
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { requests, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
