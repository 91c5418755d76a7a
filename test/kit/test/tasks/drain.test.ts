import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { modernRequest } from '@atoll/testing'
import { expect, onTestFinished, test } from 'vitest'

const main = fileURLToPath(new URL('kitchen-main.ts', import.meta.url))
const token = 'a-static-token-for-this-test-only-0123'

/** Where it listens, once it says that it is ready. */
async function ready(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout as NodeJS.ReadableStream })) {
    const { msg, url } = JSON.parse(line) as { msg?: string; url?: string }
    if (msg === 'Ready' && url !== undefined) return url
  }
  throw new Error('It ended before it was ready')
}

test('a server that stops keeps nobody waiting for a task', async () => {
  const env = {
    PATH: process.env.PATH ?? '',
    LOG_FORMAT: 'json',
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1/mcp',
    MCP_BEARER_TOKEN: token,
    MCP_BEARER_TENANT: 'acme',
    MCP_BEARER_SCOPES: 'kitchen:bake',
    // Longer than the test may take, and so is the wait for the task.
    SHUTDOWN_TIMEOUT_MS: '60000',
  }
  const server = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void server.kill('SIGKILL'))
  const ended = once(server, 'exit')
  const url = await ready(server)
  server.stdout.resume()
  const { body, headers } = modernRequest('tools/call', { name: 'knead', arguments: {} }, token)
  Object.assign(body.params._meta as object, { progressToken: 1 })
  // Answers begin with the first progress, so that the call waits by now.
  const answer = await fetch(`${url}/mcp`, { method: 'POST', headers, body: JSON.stringify(body) })
  server.kill('SIGTERM')
  expect(await answer.text()).toContain('"cakes":0')
  expect((await ended)[0]).toBe(0)
})
