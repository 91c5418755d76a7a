import { freePort } from '@atoll/tooling/free-port'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, test } from 'vitest'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { connectOld } from './fixture/old-client.ts'
import { speakingOld } from './fixture/old-raw-server.ts'
import { oldServer } from './fixture/pairs/old-server.ts'
import { describes, rawServer, tool, withTools } from './fixture/raw-server.ts'

const PROMOTE = { name: 'hr__promote', arguments: { name: 'Ada' } }
const CAN_ANSWER = { elicitation: { form: {} } }

describe('a tool that asks back', () => {
  test('reaches the person behind a client that can answer', async () => {
    const { connect, desk } = await startFleet()
    const client = await connect({ capabilities: CAN_ANSWER })
    const asked: string[] = []
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params.message)
      return { action: 'accept', content: { confirm: true } }
    })
    expect(await client.callTool(PROMOTE)).toMatchObject({ structuredContent: { promoted: 'Ada' } })
    expect(asked).toEqual(['Promote Ada?'])
    expect(desk.log).toEqual(['promote Ada'])
  })

  test('does nothing when the person declines', async () => {
    const { connect, desk } = await startFleet()
    const client = await connect({ capabilities: CAN_ANSWER })
    client.setRequestHandler('elicitation/create', () => ({ action: 'decline' }))
    expect(await client.callTool(PROMOTE)).toMatchObject({ isError: true })
    expect(desk.log).toEqual([])
  })

  test.each(['modern', 'legacy'] as const)(
    'takes an argument from a %s client that cannot answer',
    async (era) => {
      const { connect, desk } = await startFleet()
      const client = await connect({ era })
      expect(await client.callTool(PROMOTE)).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('confirm') }],
      })
      const confirmed = { ...PROMOTE, arguments: { name: 'Ada', confirm: true } }
      expect(await client.callTool(confirmed)).toMatchObject({ structuredContent: { promoted: 'Ada' } })
      expect(desk.log).toEqual(['promote Ada'])
    },
  )

  test('reaches the person behind a 2025-era client that has a session', async () => {
    const { connect, desk } = await startFleet({ env: { MCP_SESSIONS: 'true' } })
    const client = await connect({ era: 'legacy', capabilities: { elicitation: {} } })
    const asked: string[] = []
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params.message)
      return { action: 'accept', content: { confirm: true } }
    })
    expect(await client.callTool(PROMOTE)).toMatchObject({ structuredContent: { promoted: 'Ada' } })
    expect(asked).toEqual(['Promote Ada?'])
    expect(desk.log).toEqual(['promote Ada'])
  })

  test.each([{}, { elicitationId: 'of the server' }])(
    'has a 2025-era client with a session open a page, named %j',
    async (id) => {
      const page = { mode: 'url', message: 'Sign in', url: 'https://x.example/', ...id }
      const raw = await rawServer(
        withTools([tool('pay')], ({ params, reply }) =>
          params.inputResponses
            ? reply({ content: [{ type: 'text', text: JSON.stringify(params.inputResponses) }] })
            : reply({
                resultType: 'input_required',
                inputRequests: { page: { method: 'elicitation/create', params: page } },
              }),
        ),
      )
      const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], {
        env: { MCP_SESSIONS: 'true' },
      })
      const client = await connectOld(gateway, { elicitation: { url: {} } })
      const asked: unknown[] = []
      client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        asked.push(params)
        return { action: 'accept' }
      })
      expect(await client.callTool({ name: 'raw__pay' })).toMatchObject({
        content: [{ text: '{"page":{"action":"accept"}}' }],
      })
      expect(asked).toMatchObject([{ elicitationId: expect.any(String), ...page }])
    },
  )

  test('is told where a 2025-era client answers with an error, which is nobody else’s fault', async () => {
    const { desk, ...gateway } = await startFleet({ env: { MCP_SESSIONS: 'true' } })
    const client = await connectOld(gateway, { elicitation: {} })
    client.setRequestHandler(ElicitRequestSchema, () => {
      throw new Error('No window to ask in')
    })
    expect(await client.callTool(PROMOTE)).toMatchObject({
      isError: true,
      content: [{ text: 'INVALID: Your client could not answer the question.' }],
    })
    expect(desk.log).toEqual([])
  })

  test('may be answered at another replica of the gateway', async () => {
    const first = await startFleet()
    const servers = [{ name: 'hr', url: first.hr.url }]
    const port = await freePort()
    const replica = await startGateway({ ...first.site, port, origin: `http://127.0.0.1:${port}` }, servers, {
      env: { PUBLIC_URL: first.mcp, AUTH_ISSUERS: trust(first.people) },
    })
    const capabilities = { 'io.modelcontextprotocol/clientCapabilities': CAN_ANSWER }
    const call = { ...PROMOTE, _meta: capabilities }
    const asked = (await (await first.post('tools/call', call)).json()) as { result: Record<string, unknown> }
    expect(asked.result).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) })
    const [key] = Object.keys(asked.result.inputRequests as object)
    const answer = { [key ?? '']: { action: 'accept', content: { confirm: true } } }
    const token = await first.token()
    const retry = { ...call, requestState: asked.result.requestState, inputResponses: answer }
    const answered = await replica.post('tools/call', retry, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await answered.json()).toMatchObject({ result: { structuredContent: { promoted: 'Ada' } } })
    expect(first.desk.log).toEqual(['promote Ada'])
  })

  test('gets back its state byte for byte, and the answers as they were given', async () => {
    const state = 'é "\\ \u2028 =?base64?AAAA?= 💥'
    const raw = await rawServer((request) => {
      if (describes(request, ['ask'])) return
      if (request.params.requestState === undefined)
        request.reply({
          resultType: 'input_required',
          inputRequests: { q: { method: 'roots/list' } },
          requestState: state,
        })
      else request.reply({ content: [] })
    })
    const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const call = { name: 'raw__ask', arguments: { a: 1 } }
    const asked = (await (await post('tools/call', call)).json()) as { result: { requestState: string } }
    expect(asked.result.requestState).toBe(state)
    const inputResponses = { q: { roots: [{ uri: 'file:///' }] } }
    await post('tools/call', { ...call, requestState: asked.result.requestState, inputResponses })
    expect(raw.requests.at(-1)?.params).toMatchObject({ name: 'ask', requestState: state, inputResponses })
  })
})

test('a server is told only what the caller can do and the gateway can carry', async () => {
  const raw = await rawServer()
  const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  const declared = {
    elicitation: { form: {}, url: {} },
    sampling: {},
    extensions: {
      'io.modelcontextprotocol/ui': { mimeTypes: ['text/html'] },
      'io.modelcontextprotocol/tasks': {},
      'com.example/unknown': {},
    },
    somethingNew: {},
  }
  const _meta = {
    'io.modelcontextprotocol/clientCapabilities': declared,
    'com.example/mine': 7,
    baggage: 'secret=1',
  }
  await post('tools/call', { name: 'raw__echo', arguments: {}, _meta })
  const sent = raw.requests.at(-1)?.params._meta as Record<string, unknown>
  expect(sent['io.modelcontextprotocol/clientCapabilities']).toEqual({
    elicitation: { form: {}, url: {} },
    sampling: {},
    extensions: {
      'io.modelcontextprotocol/ui': { mimeTypes: ['text/html'] },
      'io.modelcontextprotocol/tasks': {},
    },
  })
  expect(sent['com.example/mine']).toBe(7)
  expect(sent).not.toHaveProperty('baggage')
})

function trust({ issuer, jwksUrl }: { issuer: string; jwksUrl: string }): string {
  return JSON.stringify([{ issuer, jwks: jwksUrl }])
}

test('what an old server asks the person behind an old client is masked as its answers are', async () => {
  let end = () => {}
  const raw = await rawServer(
    speakingOld({ tools: {} }, ({ id, method, result, reply, response }) => {
      if (method === 'tools/list') return reply({ tools: [tool('pay')] })
      if (result !== undefined) {
        response.writeHead(202).end()
        return end()
      }
      const send = (message: object) =>
        response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const params = {
        message: 'Pay with 4111 1111 1111 1111?',
        requestedSchema: { type: 'object', properties: {} },
      }
      send({ id: 'q', method: 'elicitation/create', params })
      end = () => {
        send({ id, result: { content: [{ type: 'text', text: 'paid' }] } })
        response.end()
      }
    }),
  )
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], {
    env: { MCP_SESSIONS: 'true' },
  })
  const client = await connectOld(gateway, { elicitation: {} })
  const asked: string[] = []
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push(params.message)
    return { action: 'accept' as const, content: {} }
  })
  expect(await client.callTool({ name: 'raw__pay', arguments: {} })).toMatchObject({
    content: [{ text: 'paid' }],
  })
  expect(asked).toEqual(['Pay with **** **** **** 1111?'])
})

test('an old server is not promised to hear of changes of roots, which nobody tells it', async () => {
  const raw = await rawServer(
    speakingOld({ tools: {} }, ({ method, reply }) =>
      reply(method === 'tools/list' ? { tools: [tool('look')] } : { content: [] }),
    ),
  )
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], {
    env: { MCP_SESSIONS: 'true' },
  })
  const client = await connectOld(gateway, { roots: { listChanged: true }, elicitation: {} })
  await client.callTool({ name: 'raw__look' })
  const { params } = raw.requests.findLast(({ method }) => method === 'initialize') ?? {}
  expect(params?.capabilities).toEqual({ roots: {}, elicitation: expect.anything() })
})

test('people who think keep nobody else from a server of the 2025 era', async () => {
  const { url } = await oldServer()
  const env = { GATEWAY_MAX_CALLS: '2' }
  const servers = [{ name: 'pair', url, maxCallsPerInstance: 1 }]
  const { post } = await startGateway(await newSite(), servers, { env })
  const _meta = { 'io.modelcontextprotocol/clientCapabilities': CAN_ANSWER }
  const call = async (name: string, subject: string, more: object = {}) => {
    const as = { subject }
    const answer = await post('tools/call', { name, arguments: { a: 1, b: 2 }, _meta, ...more }, { as })
    return ((await answer.json()) as { result: Record<string, unknown> }).result
  }
  const asked = []
  for (const subject of ['alice', 'bob', 'carol']) asked.push(await call('pair__greet', subject))
  expect(asked.map(({ resultType }) => resultType)).toEqual(Array(3).fill('input_required'))
  expect(await call('pair__add', 'dora')).toMatchObject({ content: [{ text: '3' }] })
  const [{ requestState } = {}] = asked
  const inputResponses = { 'question-1': { action: 'accept', content: { name: 'Alice' } } }
  expect(await call('pair__greet', 'alice', { requestState, inputResponses })).toMatchObject({
    content: [{ text: 'Hello, Alice!' }],
  })
})
