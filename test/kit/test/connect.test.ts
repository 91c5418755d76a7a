import { createRuntime } from '@atoll/server-kit'
import { createTelemetry } from '@atoll/telemetry'
import { alice, httpFixture, testServer } from '@atoll/testing'
import { expect, onTestFinished, test } from 'vitest'
import { libraryServer } from './library.ts'

test('what a server opens may tell subscribers of changes that no call made, until it stops', async () => {
  const feed = new EventTarget()
  const stopped: unknown[] = []
  const server = await testServer(libraryServer, {
    async connect({ changes, signal }) {
      feed.addEventListener('here', () => changes.here('acme').resource('library://a'), { signal })
      feed.addEventListener('everywhere', () => changes.everywhere('acme').resourceList(), { signal })
      signal.addEventListener('abort', () => stopped.push('background work'))
      return { deps: {}, close: async () => void stopped.push('connections') }
    },
  })
  const heard = server.heardBy(alice('library:read'))
  feed.dispatchEvent(new Event('here'))
  feed.dispatchEvent(new Event('everywhere'))
  expect(heard).toEqual([
    { kind: 'resource', tenant: 'acme', uri: 'library://a' },
    { kind: 'resources', tenant: 'acme' },
  ])
  await server.close()
  expect(stopped).toEqual(['background work', 'connections'])
})

test('a change may come while a server still opens what it needs', async () => {
  const { promise, resolve } = Promise.withResolvers<{ deps: object }>()
  const telemetry = createTelemetry({
    service: 'test',
    version: '1',
    env: { LOG_LEVEL: 'silent' },
    output: 2,
  })
  const runtime = createRuntime(libraryServer, {
    config: {},
    telemetry,
    connect({ changes }) {
      changes.here('acme').resource('library://a')
      return promise
    },
  })
  onTestFinished(() => runtime.close())
  const heard: unknown[] = []
  runtime.bus.subscribe(({ uri }) => heard.push(uri))
  const started = runtime.start()
  expect(heard).toEqual(['library://a'])
  resolve({ deps: {} })
  await started
})

test('what a server writes to its log while it connects has no secrets in it', async () => {
  const lines: string[] = []
  const output = {
    write: (line: string | Uint8Array) => lines.push(String(line)) > 0,
    waiting: 0,
    dropped: 0,
    flush: async () => {},
    flushSync() {},
    close: async () => {},
  }
  const telemetry = createTelemetry({ service: 'test', version: '1', env: { LOG_FORMAT: 'json' }, output })
  const runtime = createRuntime(libraryServer, {
    config: {},
    telemetry,
    async connect({ logger }) {
      const err = new Error('connect postgres://app:hunter2@db.internal')
      logger.child({ part: 'feed' }).warn({ err, password: 'hunter2' }, 'Bearer hunter2.hunter2')
      return { deps: {} }
    },
  })
  await runtime.start()
  await runtime.close()
  const line = lines.find((each) => each.includes('"part":"feed"'))
  expect(line).toContain('db.internal')
  expect(lines.join('')).not.toContain('hunter2')
})

test('an optional dependency that fails degrades the server, a needed one breaks it', async () => {
  let needed: () => Promise<void> = async () => {}
  const fail = async () => {
    throw new Error('connect ECONNREFUSED 10.0.0.1')
  }
  const http = await httpFixture(libraryServer, async () => ({
    deps: {},
    probes: { database: () => needed() },
    optional: { embeddings: fail },
  }))
  onTestFinished(() => http.close())
  const ready = async () => {
    const response = await fetch(`${http.origin}/ready`)
    const { status, dependencies } = (await response.json()) as {
      status: string
      dependencies: Record<string, { status: string }>
    }
    return [response.status, status, dependencies.database?.status, dependencies.embeddings?.status]
  }
  expect(await ready()).toEqual([200, 'ready', 'up', 'degraded'])
  const metrics = await (await fetch(`${http.origin}/metrics`)).text()
  expect(metrics).toContain('mcp_server_dependency_up{dependency="embeddings"} 0')
  expect(metrics).toMatch(/^mcp_server_dependency_up\{dependency="\w+"\} 1$/m)
  needed = fail
  await expect.poll(ready, { timeout: 5_000 }).toEqual([503, 'broken', 'down', 'degraded'])
})
