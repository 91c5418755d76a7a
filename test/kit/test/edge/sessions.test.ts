import { createAuthenticator } from '@atoll/auth'
import { createHost, createRuntime } from '@atoll/server-kit'
import { createTelemetry } from '@atoll/telemetry'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Machine, machineServer, newMachine } from '../fixture.ts'

const TOKENS = { alice: 'token-of-alice', bob: 'token-of-bob' }
/** Alice again, but with a token that allows nothing. */
const POWERLESS = 'powerless-token-of-alice'
let machine: Machine
let url: URL
let close: () => Promise<void>
/** How many sessions listen for changes. */
let listeners: () => number

beforeEach(async () => {
  machine = newMachine()
  const telemetry = createTelemetry({
    service: 'test',
    version: '1',
    env: { LOG_LEVEL: 'silent' },
    output: 2,
  })
  const runtime = createRuntime(machineServer, {
    config: {},
    telemetry,
    connect: async () => ({ deps: machine }),
  })
  const staticTokens = Object.entries(TOKENS).map(([subject, token]) => ({
    token,
    subject,
    tenant: 'acme',
    scopes: ['machine:use'],
  }))
  staticTokens.push({ token: POWERLESS, subject: 'alice', tenant: 'acme', scopes: [] })
  const authenticator = createAuthenticator({
    resource: 'http://127.0.0.1/mcp',
    issuers: [],
    staticTokens,
    scopesSupported: [],
  })
  let listening = 0
  const bus = {
    ...runtime.bus,
    subscribe(listener: Parameters<typeof runtime.bus.subscribe>[0]) {
      listening += 1
      const stop = runtime.bus.subscribe(listener)
      return () => {
        listening -= 1
        stop()
      }
    },
  }
  listeners = () => listening
  const app = createHost({ ...runtime, bus, telemetry, authenticator, sessions: { max: 2, idle: 60_000 } })
  await runtime.start()
  url = new URL(`${await app.listen({ host: '127.0.0.1', port: 0 })}/mcp`)
  close = async () => {
    await app.close()
    await runtime.close()
  }
})
afterEach(() => close())

async function connect(who: keyof typeof TOKENS) {
  const client = new Client(
    { name: 'old', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'legacy' } },
  )
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { confirm: true } }))
  const headers = { authorization: `Bearer ${TOKENS[who]}` }
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } })
  await client.connect(transport)
  return { client, session: transport.sessionId ?? '' }
}

test('asks a 2025 client through its session and pushes changes it subscribed to', async () => {
  const { client, session } = await connect('alice')
  expect(session).not.toBe('')
  const updated: string[] = []
  client.setNotificationHandler(
    'notifications/resources/updated',
    ({ params }) => void updated.push(params.uri),
  )
  await client.subscribeResource({ uri: 'machine://parts/a' })
  const agreed = await client.callTool({ name: 'agree', arguments: { word: 'go' } })
  expect(agreed.structuredContent).toEqual({ word: 'go' })
  await client.callTool({ name: 'touch', arguments: { id: 'b' } })
  await client.callTool({ name: 'touch', arguments: { id: 'a' } })
  await expect.poll(() => updated).toEqual(['machine://parts/a'])
  await client.close()
})

test('lets nobody use a session of somebody else', async () => {
  const { client, session } = await connect('alice')
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${TOKENS.bob}`,
      'mcp-session-id': session,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  })
  expect(response.status).toBe(404)
  await client.close()
})

test('a session has the rights of each request’s own token', async () => {
  const { client, session } = await connect('alice')
  const call = (token: string) =>
    fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'mcp-session-id': session,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 7,
        method: 'tools/call',
        params: { name: 'count', arguments: {} },
      }),
    })
  const refused = await call(POWERLESS)
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toContain('scope="machine:use"')
  expect(machine.calls).toBe(0)
  expect((await call(TOKENS.alice)).status).toBe(200)
  await client.close()
})

test('a session that was ended by its client is gone, and hears nothing more', async () => {
  const { client, session } = await connect('alice')
  const headers = { authorization: `Bearer ${TOKENS.alice}`, 'mcp-session-id': session }
  expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200)
  expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(404)
  expect(listeners()).toBe(0)
  await client.close()
})

test('the stream of a session has begun before there is anything to say', async () => {
  const { client, session } = await connect('alice')
  const headers = {
    authorization: `Bearer ${TOKENS.alice}`,
    'mcp-session-id': session,
    accept: 'text/event-stream',
  }
  await client.close()
  // Long before the first sign of life, which comes after 15 s.
  const open = () => fetch(url, { headers, signal: AbortSignal.timeout(5_000) })
  // The client's own has to be gone first: a session has one.
  await expect.poll(async () => (await open()).status, { timeout: 10_000 }).toBe(200)
})

test('a session ends as well where its client says that no body is JSON', async () => {
  const { client, session } = await connect('alice')
  const headers = {
    authorization: `Bearer ${TOKENS.alice}`,
    'mcp-session-id': session,
    'content-type': 'application/json',
  }
  expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200)
  expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(404)
  await client.close()
})

test('a handshake that was refused leaves nothing behind', async () => {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKENS.alice}`,
        'content-type': 'application/json',
        accept: 'text/html',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }),
    })
    expect(response.status).toBe(406)
  }
  await expect.poll(() => listeners()).toBe(0)
})

test('a session hears of the log level that it set and what is graver, and of all before it set one', async () => {
  const { client } = await connect('alice')
  const heard: unknown[] = []
  client.setNotificationHandler('notifications/message', ({ params }) => void heard.push(params.level))
  const steps = { name: 'steps', arguments: {} }
  await client.callTool(steps)
  expect(heard).toEqual(['info'])
  await client.setLoggingLevel('warning')
  await client.callTool(steps)
  expect(heard).toEqual(['info'])
  await client.setLoggingLevel('debug')
  await client.callTool(steps)
  expect(heard).toEqual(['info', 'info'])
})
