import { createAuthenticator } from '@atoll/auth'
import { createHost, createRuntime } from '@atoll/server-kit'
import { createTelemetry } from '@atoll/telemetry'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Machine, machineServer, newMachine } from '../fixture.ts'

const TOKENS = { alice: 'token-of-alice', bob: 'token-of-bob' }
let machine: Machine
let url: URL
let close: () => Promise<void>

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
  const authenticator = createAuthenticator({
    resource: 'http://127.0.0.1/mcp',
    issuers: [],
    staticTokens,
    scopesSupported: [],
  })
  const app = createHost({ ...runtime, telemetry, authenticator, sessions: { max: 2, idle: 60_000 } })
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
