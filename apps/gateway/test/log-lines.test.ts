import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, test } from 'vitest'
import { newSite, startGateway, type TestGateway } from './fixture/fleet.ts'
import { connectOld } from './fixture/old-client.ts'
import { fail, speakingOld } from './fixture/old-raw-server.ts'
import { oldServer } from './fixture/pairs/old-server.ts'
import { type RawRequest, rawServer, tool } from './fixture/raw-server.ts'

const SESSIONS = { env: { MCP_SESSIONS: 'true' } }
const LEVELS = ['debug', 'info', 'warning', 'error']

/** A server of the 2025 era that logs what is grave, until a session is told to log more, in each call. */
async function start(
  setLevel: (request: RawRequest) => void = ({ reply }) => reply({}),
  capabilities: object = { tools: {}, logging: {} },
) {
  const levels = new Map<unknown, string>()
  const raw = await rawServer(
    speakingOld(capabilities, (request) => {
      const { id, method, params, headers, reply, response } = request
      if (method === 'tools/list') reply({ tools: [tool('work', { annotations: { readOnlyHint: true } })] })
      else if (method === 'logging/setLevel') {
        levels.set(headers['mcp-session-id'], String(params.level))
        setLevel(request)
      } else if (method === 'tools/call') {
        const from = LEVELS.indexOf(levels.get(headers['mcp-session-id']) ?? 'error')
        const lines = LEVELS.slice(from).map((level) => ({
          method: 'notifications/message',
          params: { level, data: level },
        }))
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        for (const message of [...lines, { id, result: { content: [] } }])
          response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`)
        response.end()
      } else fail(request, { code: -32601, message: 'Method not found' })
    }),
  )
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], SESSIONS)
  const told = () =>
    raw.requests.filter(({ method }) => method === 'logging/setLevel').map(({ params }) => params.level)
  return { gateway, told }
}

async function session(gateway: TestGateway, capabilities = {}) {
  const client = await connectOld(gateway, capabilities)
  const heard: string[] = []
  client.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }) => void heard.push(params.level),
  )
  const call = async (name = 'raw__work') => {
    heard.length = 0
    await client.callTool({ name, arguments: {} })
    return [...heard]
  }
  return { client, call }
}

describe('a client of the 2025 era in a session', () => {
  test('hears the lines of an old server of the level that it asked for', async () => {
    const { gateway, told } = await start()
    const { client, call } = await session(gateway)
    for (const level of ['warning', 'info', 'error', 'debug'] as const) {
      await client.setLoggingLevel(level)
      expect(await call(), level).toEqual(LEVELS.slice(LEVELS.indexOf(level)))
    }
    // What the session at the server tells already is not asked for again.
    expect(told()).toEqual(['warning', 'info', 'debug'])
  })

  test('hears all of them before it asks for a level', async () => {
    const { gateway } = await start()
    expect(await (await session(gateway)).call()).toEqual(LEVELS)
  })

  test('takes none from another session of the same user', async () => {
    const { gateway } = await start()
    const [one, other] = [await session(gateway), await session(gateway)]
    await one.client.setLoggingLevel('debug')
    await other.client.setLoggingLevel('error')
    expect(await Promise.all([one.call(), other.call()])).toEqual([LEVELS, ['error']])
    expect(await one.call()).toEqual(LEVELS)
  })

  test('gets its answer from a server that cannot be told, or does not say that it logs', async () => {
    const refusing = await start((request) => fail(request, { code: -32603, message: 'No' }))
    expect(await (await session(refusing.gateway)).call()).toEqual(LEVELS)
    const cut = await start(({ response }) => response.destroy())
    expect(await (await session(cut.gateway)).call()).toEqual(LEVELS)
    const silent = await start(undefined, { tools: {} })
    expect(await (await session(silent.gateway)).call()).toEqual(['error'])
    expect(silent.told()).toEqual([])
  })

  test.each([{}, { elicitation: {} }])(
    'hears what a server of the SDK of that time logs, who can %j',
    async (capabilities) => {
      const { url } = await oldServer()
      const gateway = await startGateway(await newSite(), [{ name: 'pair', url }], SESSIONS)
      const { client, call } = await session(gateway, capabilities)
      await client.setLoggingLevel('info')
      expect(await call('pair__log')).toEqual(['info', 'warning'])
    },
  )
})

test('a client of 2026 hears the lines of an old server of the level that its request names, or none', async () => {
  const { gateway, told } = await start()
  const levelsOf = async (level?: string) => {
    const _meta = level === undefined ? {} : { 'io.modelcontextprotocol/logLevel': level }
    const answer = await gateway.post('tools/call', { name: 'raw__work', arguments: {}, _meta })
    return [...(await answer.text()).matchAll(/"level":"(\w+)"/g)].map(([, its]) => its)
  }
  expect(await levelsOf()).toEqual([])
  expect(told()).toEqual([])
  expect(await levelsOf('info')).toEqual(['info', 'warning', 'error'])
  expect(await levelsOf('warning')).toEqual(['warning', 'error'])
  expect(told()).toEqual(['info'])
})
