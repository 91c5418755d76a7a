import { setTimeout as sleep } from 'node:timers/promises'
import { McpServer } from '@modelcontextprotocol/server'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { anonymous, Client } from '../src/index.ts'
import { legacyServer } from './servers/mcp.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const item of closing.splice(0)) await item.close()
})

const FORM = { type: 'object', properties: { name: { type: 'string' } } } as const
const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] })

/** A server of the 2025 era that asks who it greets. */
function greeter(): McpServer {
  const mcp = new McpServer({ name: 'greeter', version: '1' })
  const inputSchema = z.object({})
  mcp.registerTool('on_stream_of_call', { inputSchema }, async (_, { mcpReq }) => {
    const answer = await mcpReq.elicitInput({ message: 'Who?', requestedSchema: FORM })
    return text(JSON.stringify(answer))
  })
  mcp.registerTool('on_stream_of_session', { inputSchema }, async () => {
    const answer = await mcp.server.elicitInput({ message: 'Who?', requestedSchema: FORM })
    return text(JSON.stringify(answer))
  })
  mcp.registerTool('ping', { inputSchema }, async () => text(JSON.stringify(await mcp.server.ping())))
  return mcp
}

const ADA = { action: 'accept', content: { name: 'Ada' } }
const capabilities = { elicitation: { form: {} } }
const credentials = { ...anonymous, context: 'alice who can answer', capabilities }

async function start() {
  const server = await legacyServer(greeter)
  const client = new Client({ url: server.url, timeout: 2000 })
  closing.push(client, server)
  return { server, client }
}

test.each(['on_stream_of_call', 'on_stream_of_session'])('a server may ask %s', async (name) => {
  const { client } = await start()
  const asked: unknown[] = []
  const onRequest = async (method: string, { message }: Record<string, unknown>) => {
    asked.push([method, message])
    return ADA
  }
  const call = () => client.request('tools/call', { name, arguments: {} }, { credentials, onRequest })
  expect(await Promise.all([call(), call()])).toEqual([text(JSON.stringify(ADA)), text(JSON.stringify(ADA))])
  expect(asked).toEqual([
    ['elicitation/create', 'Who?'],
    ['elicitation/create', 'Who?'],
  ])
})

test('a server is told where nobody can be asked', async () => {
  const { client } = await start()
  const call = { name: 'on_stream_of_call', arguments: {} }
  const without = await client.request('tools/call', call, { credentials: { ...anonymous, context: 'bob' } })
  expect(without).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining('elicitation') }],
  })
  const onRequest = async () => {
    throw new Error('not now')
  }
  const failing = await client.request('tools/call', call, { credentials, onRequest })
  expect(failing).toMatchObject({ isError: true, content: [{ text: 'Nobody answered' }] })
})

test('a server may ask whether anybody is there', async () => {
  const { client } = await start()
  const onRequest = async () => ADA
  const answer = await client.request(
    'tools/call',
    { name: 'ping', arguments: {} },
    { credentials, onRequest },
  )
  expect(answer).toEqual(text('{}'))
})

test('the time that somebody takes to answer is not the time of the server', async () => {
  const { client } = await start()
  await client.request(
    'tools/call',
    { name: 'ping', arguments: {} },
    { credentials, onRequest: async () => ADA },
  )
  const timeout = 100
  const onRequest = async () => {
    // Longer than the call may take.
    await sleep(3 * timeout)
    return ADA
  }
  const call = { name: 'on_stream_of_call', arguments: {} }
  const answer = await client.request('tools/call', call, { credentials, onRequest, timeout })
  expect(answer).toEqual(text(JSON.stringify(ADA)))
})
