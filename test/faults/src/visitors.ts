import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

export interface Visit {
  readonly mcp: string
  readonly token: string
}

/** One way of coming, doing something and going. Rejects only where the gateway did not keep its side. */
export type Visitor = (visit: Visit) => Promise<void>

const LOOK = { name: 'ledger__look', arguments: { id: 'soak' } }
const PAY = { name: 'ledger__pay', arguments: { id: 'soak' } }

/** All the ways there are, polite ones and others. */
export const VISITORS: Readonly<Record<string, Visitor>> = {
  'calls and leaves': (visit) =>
    withClient(visit, 'auto', async (client) => {
      for (let call = 0; call < 5; call++) expectText(await client.callTool(LOOK))
      await client.listTools()
    }),
  'calls in the words of 2025 and leaves': (visit) =>
    withClient(visit, 'legacy', async (client) => {
      for (let call = 0; call < 5; call++) expectText(await client.callTool(LOOK))
    }),
  // Closing does not end the session at the gateway.
  'opens a session and forgets it': (visit) => withClient(visit, 'legacy', async () => {}),
  'listens for a while and hangs up': async ({ mcp, token }) => {
    const abort = new AbortController()
    const body = message('subscriptions/listen', { notifications: { toolsListChanged: true } })
    const headers = { ...HEADERS, 'mcp-method': 'subscriptions/listen', authorization: `Bearer ${token}` }
    const response = await fetch(mcp, { method: 'POST', headers, body, signal: abort.signal })
    if (response.status !== 200) throw new Error(`listen: HTTP ${response.status}`)
    await response.body?.getReader().read()
    await pause(1_000)
    abort.abort()
  },
  'calls and hangs up before the answer': async ({ mcp, token }) => {
    const abort = new AbortController()
    const headers = {
      ...HEADERS,
      'mcp-method': 'tools/call',
      'mcp-name': PAY.name,
      authorization: `Bearer ${token}`,
    }
    setTimeout(() => abort.abort(), 5)
    await fetch(mcp, { method: 'POST', headers, body: message('tools/call', PAY), signal: abort.signal })
      .then((response) => response.arrayBuffer())
      .catch(() => {})
  },
  'sends half a request and hangs up': async ({ mcp }) => {
    const { hostname, port, pathname } = new URL(mcp)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"json`,
    )
    await pause(50)
    socket.destroy()
  },
  'sends nonsense': async ({ mcp, token }) => {
    const headers = { ...HEADERS, authorization: `Bearer ${token}x` }
    const response = await fetch(mcp, { method: 'POST', headers, body: '{"jsonrpc": 7}' })
    await response.arrayBuffer()
    if (response.status < 400 || response.status >= 500) throw new Error(`nonsense: HTTP ${response.status}`)
  },
}

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
}

function message(method: string, params: object): string {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } })
}

async function withClient(
  { mcp, token }: Visit,
  mode: 'auto' | 'legacy',
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client({ name: 'soak', version: '1' }, { versionNegotiation: { mode } })
  await client.connect(transport(mcp, token))
  try {
    await use(client)
  } finally {
    await client.close()
  }
}

function transport(mcp: string, token: string): StreamableHTTPClientTransport {
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  return new StreamableHTTPClientTransport(new URL(mcp), { requestInit })
}

function expectText(result: { isError?: boolean | undefined; content?: unknown }): void {
  if (result.isError) throw new Error(`A call failed: ${JSON.stringify(result.content)}`)
}
