import Fastify from 'fastify'

// The floor: the same JSON out, no protocol at all.
const app = Fastify({ logger: false })
app.post('/mcp', (request) => {
  const { id, params } = request.body as { id: number; params: { arguments: { text: string } } }
  const { text } = params.arguments
  return {
    jsonrpc: '2.0',
    id,
    result: {
      resultType: 'complete',
      content: [{ type: 'text', text: JSON.stringify({ text }) }],
      structuredContent: { text },
    },
  }
})
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ url: `${url}/mcp` })
process.once('SIGTERM', () => app.close().then(() => process.exit()))
