import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface Asked {
  method: string | undefined
  path: string | undefined
  headers: IncomingHttpHeaders
  body: { model: string; input: string[]; encoding_format?: string; dimensions?: number }
}

/** Answers one request, well or badly. */
export type Behaviour = (response: ServerResponse, asked: Asked) => void

export const DIMENSIONS = 4

/** Not of length 1, and different for each text. */
export const vectorOf = (text: string) => [text.length, text.charCodeAt(0), 3, 4]

/** What a service answers when all is well. */
export const well: Behaviour = (response, { body }) => {
  const data = body.input.map((input, index) => ({ object: 'embedding', index, embedding: vectorOf(input) }))
  answer(response, { object: 'list', data, model: body.model })
}

export const answer = (response: ServerResponse, body: unknown): void => {
  response.setHeader('content-type', 'application/json')
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** Answers with a status, and with whatever key it was sent in headers and body. */
export const refuse =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response, asked) => {
    const key = String(asked.headers.authorization)
    response.writeHead(status, { 'x-key': key, ...headers })
    response.end(JSON.stringify({ error: { message: `Incorrect API key provided: ${key}` } }))
  }

/** A service on this machine that treats its requests as the behaviours say, the last one for all further ones. */
export async function startService(...behaviours: Behaviour[]) {
  const requests: Asked[] = []
  let active = 0
  let busiest = 0
  const server = createServer(async (request, response) => {
    busiest = Math.max(busiest, ++active)
    response.on('close', () => active--)
    const { method, url: path, headers } = request
    const asked: Asked = { method, path, headers, body: JSON.parse(await text(request)) }
    const behave = behaviours[Math.min(requests.length, behaviours.length - 1)] ?? well
    requests.push(asked)
    behave(response, asked)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    get busiest() {
      return busiest
    },
  }
}
