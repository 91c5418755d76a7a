import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Badness } from '../bad-server.ts'

// A server that is told how to behave while it runs, and starts out well.
let badness: Badness = 'well'
process.on('message', (message: { badness: Badness }) => {
  badness = message.badness
})

const TOOLS = [{ name: 'look', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }]
/** Made once: what it costs to make is no part of what it costs to be sent it. */
const HUGE = Buffer.from(`{"content":[{"type":"text","text":"${'x'.repeat(11 * 1024 * 1024)}"}]}}`)

const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  const { id, method } = JSON.parse(body)
  const result = (more: object) =>
    json(response, { jsonrpc: '2.0', id, result: { resultType: 'complete', ...more } })
  if (badness === 'silent') return
  if (badness === 'slow') await pause(3_000)
  if (badness === 'flapping' && Date.now() % 400 < 200) return void request.socket.destroy()
  if (badness === 'not JSON') return void response.writeHead(200, JSON_TYPE).end('{"jsonrpc": "2.0", "id"')
  if (badness === 'wrong schema') return result({ tools: 'many', content: 7, supportedVersions: {} })
  if (badness === 'another id') return json(response, { jsonrpc: '2.0', id: 'not asked', result: {} })
  if (badness === 'huge') return huge(response, id)
  if (badness === 'endless') return endless(response)
  if (badness === 'refusing') return void response.writeHead(500).end()
  if (method === 'server/discover')
    return result({ supportedVersions: ['2026-07-28'], capabilities: { tools: {} } })
  if (method === 'tools/list') return result({ tools: TOOLS, ttlMs: 1_000, cacheScope: 'public' })
  return result({ content: [{ type: 'text', text: 'well' }] })
})

const JSON_TYPE = { 'content-type': 'application/json' }

function json(response: ServerResponse, message: object): void {
  response.writeHead(200, JSON_TYPE).end(JSON.stringify(message))
}

/** Does not say beforehand how long it is. */
function huge(response: ServerResponse, id: unknown): void {
  response.writeHead(200, JSON_TYPE).write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`)
  response.end(HUGE)
}

/** Progress for ever, and never a result. */
async function endless(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const params = { progressToken: 1, progress: 1 }
  const event = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params })
  while (!response.destroyed) {
    response.write(`data: ${event}\n\n`)
    await pause(1)
  }
}

server.listen(Number(process.env.PORT), '127.0.0.1')
