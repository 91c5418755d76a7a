import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import Fastify from 'fastify'
import { z } from 'zod'

// The official SDK as its documentation sets it up: no authentication, limits, audit, metrics or traces.
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'echo', version: '1.0.0' })
  for (const name of ['echo', 'echo_b', 'echo_c', 'echo_d', 'echo_e']) {
    server.registerTool(
      name,
      {
        title: 'Echo',
        description: 'Say it again',
        inputSchema: z.object({ text: z.string() }),
        outputSchema: z.object({ text: z.string() }),
      },
      async ({ text }) => ({
        content: [{ type: 'text', text: JSON.stringify({ text }) }],
        structuredContent: { text },
      }),
    )
  }
  return server
})
const app = Fastify({ logger: false })
app.post('/mcp', async (request, reply) => {
  const headers = new Headers(request.headers as Record<string, string>)
  const web = new Request(`http://${request.headers.host}${request.url}`, { method: 'POST', headers })
  return reply.send(await handler.fetch(web, { parsedBody: request.body }))
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ url: `${url}/mcp` })
process.once('SIGTERM', () => app.close().then(() => process.exit()))
