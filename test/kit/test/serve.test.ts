import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { freePort } from '@atoll/tooling/free-port'
import { afterEach, expect, test } from 'vitest'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH ?? '', LOG_FORMAT: 'json', ...env },
  })
  children.push(child)
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const ended = once(child, 'close').then(([code]) => code as number)
  return { child, ended, output: () => output }
}

test('runs a command of the domain and lists them all when asked for another', async () => {
  const greet = run(['greet', 'Ada'])
  expect(await greet.ended).toBe(0)
  expect(greet.output()).toContain('Hello, Ada')
  const unknown = run(['nonsense'])
  expect(await unknown.ended).toBe(2)
  expect(unknown.output()).toMatch(/There is no command "nonsense"[\s\S]*stdio[\s\S]*greet/)
})

test('names every variable that is wrong, and no stack', async () => {
  const wrong = run([], { PORT: 'eighty', STATE_SECRET: 'short', REDIS_URL: 'not a url' })
  expect(await wrong.ended).toBe(2)
  for (const variable of ['PORT', 'STATE_SECRET', 'REDIS_URL']) expect(wrong.output()).toContain(variable)
  expect(wrong.output()).not.toContain('    at ')
})

test('says in one sentence that its port is taken', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as AddressInfo
  const second = run([], { PORT: String(port) })
  expect(await second.ended).toBe(1)
  expect(second.output()).toContain(`Port ${port} on 127.0.0.1 is taken`)
  holder.close()
})

test('becomes ready, finishes what is in flight on SIGTERM, and ends with 0', async () => {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const token = 'a-static-token-for-this-test-only-0123'
  const env = { MCP_BEARER_TOKEN: token, MCP_BEARER_TENANT: 'acme', MCP_BEARER_SCOPES: 'machine:use' }
  const server = run([], { PORT: String(port), ...env })
  await expect
    .poll(
      () =>
        fetch(`${origin}/ready`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 10_000 },
    )
    .toBe(200)
  const call = fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    // Its deadline of 150 ms is later than the signal.
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'wait', arguments: {} },
    }),
  })
  await expect.poll(() => fetch(`${origin}/health`).then(({ status }) => status)).toBe(200)
  server.child.kill('SIGTERM')
  expect(await (await call).json()).toMatchObject({ id: 1, result: { isError: true } })
  expect(await server.ended).toBe(0)
  expect(server.output()).toContain('"outcome":"timeout"')
})
