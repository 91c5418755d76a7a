import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { ACCESS_TOKEN_TYPE } from '@atoll/auth'
import { DELEGATES } from '../../src/shown.ts'
import { DELEGATED } from '../sources.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
const BEARER = 'alice-signs-in-with-this-in-the-tests-of-processes'

export interface Child {
  readonly process: ChildProcess
  /** A tool call over HTTP, as alice. */
  call(name: string, args: object): Promise<{ structuredContent: Record<string, unknown>; isError?: boolean }>
  stop(): Promise<void>
}

/** The server as it is deployed: a process of its own. Resolves when it is ready. */
export async function startChild(env: Record<string, string>): Promise<Child> {
  const process_ = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      PUBLIC_URL: 'http://127.0.0.1/mcp',
      MCP_BEARER_TOKEN: BEARER,
      MCP_BEARER_TENANT: 'acme',
      MCP_BEARER_SUBJECT: 'alice',
      MCP_BEARER_SCOPES: 'reports:read reports:write',
      STATE_SECRET: 'the same secret for every process of the test',
      DELEGATION_CLIENT_ID: 'reports',
      DELEGATION_CLIENT_SECRET: 'a client secret that is long enough for it',
      LOG_FORMAT: 'json',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await listening(process_)
  return {
    process: process_,
    async call(name, args) {
      const response = await fetch(`${url}/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${BEARER}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name, arguments: args },
        }),
      })
      const { result } = (await response.json()) as { result: Awaited<ReturnType<Child['call']>> }
      return result
    },
    async stop() {
      if (process_.exitCode !== null || process_.signalCode !== null) return
      const ended = once(process_, 'exit')
      process_.kill('SIGCONT')
      process_.kill('SIGTERM')
      await ended
    },
  }
}

function listening({ stdout }: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  // Read to the end: a full pipe would hold the server up.
  stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    const [, port] = /127\.0\.0\.1:(\d+)/.exec(text) ?? []
    if (port !== undefined) resolve(`http://127.0.0.1:${port}`)
  })
  stdout?.once('end', () => reject(new Error(`The server did not start: ${text}`)))
  return promise
}

/** A token endpoint that answers every exchange with the token that the sources take. */
export async function startTokenEndpoint(): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        access_token: DELEGATED,
        issued_token_type: ACCESS_TOKEN_TYPE,
        token_type: 'Bearer',
        expires_in: 900,
        scope: DELEGATES.join(' '),
      }),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/token`, close: () => void server.close() }
}
