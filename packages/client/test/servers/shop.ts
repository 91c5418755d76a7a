import { McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'

/** What happened on the server, for tests to look at. */
export interface Ledger {
  readonly calls: string[]
  readonly cancelled: string[]
}

export function ledger(): Ledger {
  return { calls: [], cancelled: [] }
}

/** A small server made with the official SDK. */
export function shop(log: Ledger): McpServer {
  const server = new McpServer({ name: 'shop', version: '1.0.0' }, { instructions: 'Ask about products.' })
  server.registerTool(
    'get_price',
    {
      description: 'The price of a product',
      inputSchema: z.object({ product: z.string() }),
      annotations: { readOnlyHint: true },
    },
    ({ product }) => {
      log.calls.push(`get_price ${product}`)
      return { content: [{ type: 'text', text: `${product} costs 3` }] }
    },
  )
  server.registerTool(
    'count_slowly',
    { description: 'Counts to three, telling how far it is', inputSchema: z.object({}) },
    async (_, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken
      for (const progress of [1, 2, 3]) {
        if (progressToken !== undefined)
          await mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress, total: 3 },
          })
      }
      return { content: [{ type: 'text', text: 'three' }] }
    },
  )
  server.registerTool(
    'wait_for_ever',
    { description: 'Answers only by being cancelled', inputSchema: z.object({}) },
    async (_, { mcpReq }) => {
      log.calls.push('wait_for_ever')
      await new Promise((resolve) => mcpReq.signal.addEventListener('abort', resolve, { once: true }))
      log.cancelled.push('wait_for_ever')
      return { content: [] }
    },
  )
  server.registerResource('about', 'config://about', { mimeType: 'text/plain' }, (uri) => ({
    contents: [{ uri: uri.href, text: 'We sell things' }],
  }))
  server.registerPrompt('greet', { argsSchema: z.object({ name: z.string() }) }, ({ name }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}` } }],
  }))
  return server
}
