import { McpServer } from '@modelcontextprotocol/server'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { anonymous, BadAnswerError, Client, OutcomeUnknownError, type RequestOptions } from '../src/index.ts'
import { keptEvents } from './servers/kept-events.ts'
import { legacyServer } from './servers/mcp.ts'
import { cut, done, lines, polledServer, refuse } from './servers/polled.ts'

const closing: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const item of closing.splice(0)) await item.close()
})

/** Begins with an event without data, as the specification wants it. */
const PRIMING = ['id: 1', 'retry: 20', 'data: ', '']
const GOOD = { content: [] }

describe('a server of the official SDK that ends the stream of a call before it has answered', () => {
  async function start() {
    const cancelled: string[] = []
    const ended = { calls: 0 }
    const go = Promise.withResolvers<void>()
    const factory = () => {
      const mcp = new McpServer({ name: 'slow', version: '1' })
      const inputSchema = z.object({})
      mcp.registerTool('work', { inputSchema }, async (_, { http, mcpReq }) => {
        const progressToken = mcpReq._meta?.progressToken
        const tell = async (progress: number) =>
          progressToken === undefined
            ? undefined
            : mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress } })
        await tell(1)
        http?.closeSSE?.()
        ended.calls++
        await tell(2)
        mcpReq.signal.addEventListener('abort', () => cancelled.push('work'))
        await go.promise
        await tell(3)
        return { content: [{ type: 'text', text: 'done' }] }
      })
      mcp.registerTool('ask', { inputSchema }, async (_, { http, mcpReq }) => {
        http?.closeSSE?.()
        const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } } as const
        const { action } = await mcpReq.elicitInput({ message: 'Who?', requestedSchema })
        return { content: [{ type: 'text', text: action }] }
      })
      return mcp
    }
    const server = await legacyServer(factory, { eventStore: keptEvents(), retryInterval: 20 })
    const client = new Client({ url: server.url, name: 'slow', timeout: 5000 })
    closing.push(client, server)
    const methods = () => server.arrivals.map(({ method }) => method)
    return { server, client, go, ended, cancelled, methods }
  }

  test('is asked for the rest of it, and called once', async () => {
    const { server, client, go, ended, methods } = await start()
    const heard: unknown[] = []
    const call = client.request(
      'tools/call',
      { name: 'work', arguments: {} },
      { meta: { progressToken: 7 }, onNotification: (_, { progress }) => heard.push(progress) },
    )
    await expect.poll(methods).toContain('GET')
    go.resolve()
    expect(await call).toEqual({ content: [{ type: 'text', text: 'done' }] })
    expect(heard).toEqual([1, 2, 3])
    expect(ended.calls).toBe(1)
    expect(methods().filter((method) => method === 'initialize' || method === 'tools/call')).toHaveLength(2)
    const get = server.arrivals.find(({ method }) => method === 'GET')
    expect(get?.headers).toMatchObject({ accept: 'text/event-stream', 'last-event-id': expect.any(String) })
    expect(get?.headers['mcp-session-id']).toBe(server.sessions.keys().next().value)
  })

  test('may ask somebody on the stream that goes on', async () => {
    const { client } = await start()
    const capabilities = { elicitation: { form: {} } }
    const credentials = { ...anonymous, context: 'alice who can answer', capabilities }
    const onRequest = async () => ({ action: 'decline' })
    const call = { name: 'ask', arguments: {} }
    expect(await client.request('tools/call', call, { credentials, onRequest })).toEqual({
      content: [{ type: 'text', text: 'decline' }],
    })
  })

  test('hears of a caller who leaves meanwhile', async () => {
    const { client, methods, cancelled } = await start()
    const caller = new AbortController()
    const call = client.request('tools/call', { name: 'work', arguments: {} }, { signal: caller.signal })
    await expect.poll(methods).toContain('GET')
    caller.abort(new Error('changed my mind'))
    await expect(call).rejects.toThrow('changed my mind')
    await expect.poll(() => cancelled).toEqual(['work'])
  })

  test('and does not go on in time is given up at the deadline', async () => {
    const { client, cancelled } = await start()
    await client.discover()
    const call = client.request('tools/call', { name: 'work', arguments: {} }, { timeout: 300 })
    await expect(call).rejects.toThrow(OutcomeUnknownError)
    await expect(call).rejects.toThrow('slow did not answer within 0.3 s.')
    await expect.poll(() => cancelled).toEqual(['work'])
  })
})

describe('a server that ends the stream of a call before it has answered', () => {
  async function start(...behaviour: Parameters<typeof polledServer>) {
    const server = await polledServer(...behaviour)
    const client = new Client({ url: server.url, name: 'old', timeout: 5000, pool: { maxAnswer: 100_000 } })
    closing.push(client, server)
    const call = (options: RequestOptions = {}) =>
      client.request('tools/call', { name: 'a', arguments: {} }, options)
    const calls = () => server.seen.filter((method) => method === 'tools/call').length
    return { server, call, calls }
  }

  test('may be polled for as long as it takes, also where it broke off rather than ended', async () => {
    const { server, call, calls } = await start(
      cut(...PRIMING),
      lines(),
      lines(': nothing yet'),
      cut('id: zwölf', 'data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}', ''),
      lines('id: \0', 'data:', ''),
      done,
    )
    expect(await call()).toEqual(GOOD)
    expect(calls()).toBe(1)
    const ids = server.headers.map((headers) => headers['last-event-id'])
    const twelve = Buffer.from('zwölf').toString('latin1')
    expect(ids).toEqual(['1', '1', '1', twelve, twelve])
  })

  test.each([400, 404, 405, 501])(
    'and answers the GET with %i leaves the outcome unknown, and is not called again',
    async (status) => {
      const { server, call, calls } = await start(lines(...PRIMING), refuse(status))
      await expect(call()).rejects.toThrow(OutcomeUnknownError)
      expect(calls()).toBe(1)
      expect(server.seen.filter((method) => method === 'initialize')).toHaveLength(1)
      expect(server.headers).toHaveLength(1)
    },
  )

  test.each([409, 429, 502])('and answers the GET with %i at first is asked once more', async (status) => {
    const { call, calls } = await start(lines(...PRIMING), refuse(status), cut(), done)
    expect(await call()).toEqual(GOOD)
    expect(calls()).toBe(1)
  })

  test('and cannot go on is asked a few times', async () => {
    const { server, call } = await start(lines(...PRIMING), refuse(503))
    await expect(call()).rejects.toThrow(OutcomeUnknownError)
    expect(server.headers).toHaveLength(4)
  })

  test('and does not go on gets a read anew', async () => {
    const { server, call, calls } = await start(lines(...PRIMING), refuse(503))
    server.call.push(done)
    expect(await call({ isRepeatable: true })).toEqual(GOOD)
    expect(calls()).toBe(2)
    expect(server.headers).toHaveLength(1)
  })

  test('and named no event, or took its name back, is not asked', async () => {
    const { server, call } = await start(lines('data:', ''), done)
    await expect(call()).rejects.toThrow(OutcomeUnknownError)
    server.call.splice(0, 1, lines(...PRIMING, 'id', 'data:', ''))
    await expect(call()).rejects.toThrow(OutcomeUnknownError)
    expect(server.headers).toEqual([])
  })

  test('and names events by what no header may hold is left alone', async () => {
    const { server, call } = await start(lines('id: \u0007', 'retry: 1', 'data:', ''), done)
    await expect(call()).rejects.toThrow(OutcomeUnknownError)
    expect(server.headers).toEqual([])
  })

  test('gets the token that is good by then', async () => {
    let asked = 0
    const token = async (options?: { fresh?: boolean }) => `${options?.fresh ? 'fresh' : 'token'} ${++asked}`
    const { server, call } = await start(lines(...PRIMING), refuse(401), done)
    expect(await call({ credentials: { context: 'alice', token } })).toEqual(GOOD)
    const tokens = server.headers.map(({ authorization }) => authorization)
    expect(tokens).toEqual([expect.stringMatching(/^Bearer token/), expect.stringMatching(/^Bearer fresh/)])
  })

  test('leaves the outcome unknown where there is no token any more', async () => {
    let isAway = false
    const token = () => {
      if (isAway) throw new Error('away')
      return 'token'
    }
    const { server, call } = await start((response, id) => {
      isAway = true
      lines(...PRIMING)(response, id)
    }, done)
    await expect(call({ credentials: { context: 'alice', token } })).rejects.toThrow(OutcomeUnknownError)
    expect(server.headers).toEqual([])
  })

  test('waits as long as it says', async () => {
    const { server, call } = await start(lines('id: 1', 'retry: 60000', 'data:', ''), done)
    await expect(call({ timeout: 300 })).rejects.toThrow('old did not answer within 0.3 s.')
    expect(server.headers).toEqual([])
  })

  test('may not answer with more than an unbroken stream could', async () => {
    const log = `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"${'x'.repeat(30_000)}"}}`
    const { server, call } = await start(lines(...PRIMING), lines(log, ''))
    await expect(call({ isRepeatable: true })).rejects.toThrow(BadAnswerError)
    expect(server.headers.length).toBeLessThan(5)
  })
})
