import { setTimeout as sleep } from 'node:timers/promises'
import { McpServer } from '@modelcontextprotocol/server'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { anonymous, Client, type ClientOptions } from '../src/index.ts'
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
  mcp.registerTool('ask_and_work', { inputSchema }, async (_, { mcpReq }) => {
    await mcpReq.elicitInput({ message: 'Who?', requestedSchema: FORM })
    await new Promise((resolve) => mcpReq.signal.addEventListener('abort', resolve, { once: true }))
    return text('never')
  })
  mcp.registerTool('ping', { inputSchema }, async () => text(JSON.stringify(await mcp.server.ping())))
  return mcp
}

const ADA = { action: 'accept', content: { name: 'Ada' } }
const capabilities = { elicitation: { form: {} } }
const credentials = { ...anonymous, context: 'alice who can answer', capabilities }

async function start(options: Partial<ClientOptions> = {}) {
  const server = await legacyServer(greeter)
  const client = new Client({ url: server.url, timeout: 2000, ...options })
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
  const timeout = 1_000
  const onRequest = async () => {
    // Longer than the call may take.
    await sleep(1.5 * timeout)
    return ADA
  }
  const call = { name: 'on_stream_of_call', arguments: {} }
  const answer = await client.request('tools/call', call, { credentials, onRequest, timeout })
  expect(answer).toEqual(text(JSON.stringify(ADA)))
})

test.each([{ maxInFlight: 1 }, { maxInFlightPerInstance: 1 }])(
  'somebody who thinks keeps no other call out: %j',
  async (options) => {
    const { client } = await start(options)
    const thinking = Promise.withResolvers<typeof ADA>()
    let asked = 0
    const onRequest = () => {
      asked++
      return thinking.promise
    }
    const caller = new AbortController()
    const begin = (name: string) => {
      const more = { credentials, onRequest, signal: caller.signal }
      return client.request('tools/call', { name, arguments: {} }, more)
    }
    const first = begin('ask_and_work')
    await expect.poll(() => asked).toBe(1)
    const second = begin('on_stream_of_call')
    await expect.poll(() => asked).toBe(2)
    const ping = () => client.request('tools/call', { name: 'ping', arguments: {} }, { onRequest })
    expect(await ping()).toEqual(text('{}'))
    thinking.resolve(ADA)
    expect(await second).toEqual(text(JSON.stringify(ADA)))
    // The first works again, which counts.
    await expect(ping()).rejects.toMatchObject({ code: 'OVERLOADED' })
    caller.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    expect(await ping()).toEqual(text('{}'))
  },
)

test('the time that somebody thinks is not how long an instance takes', async () => {
  const { client } = await start()
  const call = (name: string, onRequest = async () => ADA) =>
    client.request('tools/call', { name, arguments: {} }, { credentials, onRequest })
  for (let round = 0; round < 3; round++) await call('ping')
  await call('on_stream_of_call', () => sleep(1_000, ADA))
  // Were it all of the instance's, half of it would count.
  expect(client.instances[0]?.latency).toBeLessThan(250)
})
