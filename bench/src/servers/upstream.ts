import { createServer } from 'node:http'
import { pageOfTools, toolsOfServer } from '../gateway/catalogue.ts'

// The least that a 2026-07-28 server can do, so that what stands in front of it is the bottleneck. Any number of
// servers at once, each at a path of its own: /s1/mcp, /s2/mcp and so on.
const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    const { id, method, params } = JSON.parse(Buffer.concat(parts).toString())
    const body = JSON.stringify({ jsonrpc: '2.0', id, result: resultOf(method, params, request.url ?? '/') })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
})

function resultOf(method: string, params: { arguments?: { text?: string } }, path: string): object {
  if (method === 'tools/call') {
    const text = params.arguments?.text
    return {
      resultType: 'complete',
      content: [{ type: 'text', text: JSON.stringify({ text }) }],
      structuredContent: { text },
    }
  }
  if (method === 'server/discover') {
    return {
      resultType: 'complete',
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {} },
      serverInfo: { name: 'upstream', version: '1.0.0' },
      ttlMs: 60_000,
      cacheScope: 'public',
    }
  }
  return method === 'tools/list' ? pageOfTools(toolsOfServer(path.split('/')[1] ?? '')) : {}
}

server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  process.send?.({ url: `http://127.0.0.1:${port}` })
})
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close(() => process.exit())
})
