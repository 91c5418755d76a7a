import { randomUUID } from 'node:crypto'
import { InvalidError } from '@atoll/errors'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type Asking, askAs } from './ask-as.ts'

const Order = z.strictObject({
  tool: z.string().min(1).max(200),
  arguments: z.record(z.string(), z.unknown()).default({}),
})

/** Its requests need no headers that repeat what the body says. */
const VERSION = '2025-11-25'

/**
 * Calls a tool as the person does with any client, who cancels by hanging up. What comes back is a result, or the JSON-RPC
 * error. Throws InvalidError, and the reason of `signal`.
 */
export async function callTool(
  app: FastifyInstance,
  who: Asking,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<{ result: unknown } | { error: unknown }> {
  const { data: order } = Order.safeParse(body)
  if (!order) throw new InvalidError('A call is { tool, arguments }.')
  const { tool, arguments: args } = order
  const { body: answer } = await askAs(app, who, {
    method: 'POST',
    url: path,
    signal,
    headers: {
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
    },
    body: {
      jsonrpc: '2.0',
      id: randomUUID(),
      method: 'tools/call',
      params: { name: tool, arguments: args },
    },
  })
  const { result, error } = (answer ?? {}) as { result?: unknown; error?: unknown }
  return result === undefined ? { error: error ?? { message: 'The gateway gave no answer.' } } : { result }
}
