import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildImage, type Image } from '../src/build-image.ts'
import { collector } from '../src/collector.ts'
import { checkHealth, freePort, runJob, startImage } from '../src/run-image.ts'

const repository = join(import.meta.dirname, '../../..')
const docker = join(repository, 'infra/docker')
const apps = globSync('apps/*/src/main.ts', { cwd: repository }).map((path) => path.split('/')[1] ?? '')

const TOKEN = 'a-token-for-the-image-test-0123456789'

describe.each(apps)('the image of %s', (app) => {
  const scratch = mkdtempSync(join(tmpdir(), `atoll-image-${app}-`))
  const running: ChildProcess[] = []
  let image: Image
  let database: TestDatabase | undefined
  let variables: Record<string, string>

  beforeAll(async () => {
    chmodSync(scratch, 0o755)
    image = buildImage({
      dockerfile: readFileSync(join(docker, 'Dockerfile'), 'utf8'),
      ignoreFile: join(docker, 'Dockerfile.dockerignore'),
      context: repository,
      args: { APP: app, VERSION: '1.2.3' },
      scratch,
    })
    if (existsSync(join(repository, 'apps', app, 'migrations'))) {
      database = await testDatabase({ name: `image_${app}`, migrations: {} })
    }
    const port = await freePort()
    variables = {
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}/mcp`,
      STATE_SECRET: 'a-secret-for-the-image-test-0123456789',
      MCP_BEARER_TOKEN: TOKEN,
      MCP_BEARER_TENANT: 'acme',
      MCP_BEARER_SCOPES: `${app}:read`,
      GATEWAY_SERVERS: '[{ "name": "hr", "url": "http://127.0.0.1:1/mcp" }]',
      ...(database && { DATABASE_URL: database.appUrl }),
    }
  }, 300_000)

  afterAll(async () => {
    for (const child of running)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await database?.close()
    rmSync(scratch, { recursive: true })
  })

  async function start(more: Record<string, string> = {}): Promise<ChildProcess> {
    const child = startImage(image, { ...variables, ...more })
    running.push(child)
    const said: string[] = []
    child.stderr?.setEncoding('utf8').on('data', (text) => said.push(text))
    if (!child.stdout) throw new Error('No output')
    for await (const line of createInterface(child.stdout)) {
      said.push(line)
      if (line.includes('"Ready"')) {
        child.stdout.resume()
        return child
      }
    }
    throw new Error(`${app} ended before it was ready:\n${said.join('\n')}`)
  }

  /** The result of one request to the running server. */
  async function ask(method: string, params?: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answer = await fetch(variables.PUBLIC_URL ?? '', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    const { result } = (await answer.json()) as { result: Record<string, unknown> }
    return result
  }

  async function stop(child: ChildProcess): Promise<number | null> {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const [code] = await ended
    return code
  }

  it('holds Node, one file that nobody may change, and nothing else', () => {
    expect(filesUnder(image.root)).toEqual(['app/main.mjs', 'nodejs/bin/node'])
    expect(statSync(join(image.root, 'app/main.mjs')).mode & 0o777).toBe(0o444)
  })

  it('says what it is, and runs as a numbered user who is not root', () => {
    expect(image.labels).toMatchObject({
      'org.opencontainers.image.title': `atoll-${app}`,
      'org.opencontainers.image.version': '1.2.3',
    })
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(image.environment).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0' })
    expect(image.environment.PORT).toBe(String(image.port))
  })

  it.runIf(existsSync(join(repository, 'apps', app, 'migrations')))(
    'brings its database up to date',
    async () => {
      const owner = { ...variables, DATABASE_OWNER_URL: database?.ownerUrl ?? '' }
      const first = await runJob(image, owner, ['migrate'])
      expect(first).toMatchObject({ code: 0, output: expect.stringContaining('Applied') })
      expect(await runJob(image, owner, ['migrate'])).toMatchObject({ code: 0 })
    },
  )

  it('starts, is healthy, answers over MCP, sends its traces and stops when told', async () => {
    expect(await checkHealth(image, variables)).toBe(1)
    const traces = await collector()
    const child = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: traces.url, OTEL_TRACES_SAMPLER_ARG: '1' })
    expect(await checkHealth(image, variables)).toBe(0)

    const health = await fetch(new URL('/health', variables.PUBLIC_URL))
    expect([health.status, await health.json()]).toMatchObject([200, { status: expect.any(String) }])
    const { tools } = await ask('tools/list')
    const [{ name }] = tools as [{ name: string }]
    expect(await ask('tools/call', { name, arguments: {} })).toMatchObject({ content: expect.any(Array) })

    expect(await stop(child)).toBe(0)
    expect(await traces.exported).toBe('/opentelemetry.proto.collector.trace.v1.TraceService/Export')
    await traces.close()
  })
})

function filesUnder(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}
