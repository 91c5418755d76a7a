import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildImage, type Image } from '../src/build-image.ts'
import { startCollector } from '../src/collector.ts'
import { type Compose, readCompose } from '../src/compose.ts'
import { checkHealth, freePort, runJob } from '../src/run-image.ts'
import { type Running, startServer } from '../src/running.ts'

const repository = join(import.meta.dirname, '../../..')
const docker = join(repository, 'infra/docker')
const apps = globSync('apps/*/src/main.ts', { cwd: repository }).map((path) => path.split('/')[1] ?? '')
const keepsData = (app: string) => existsSync(join(repository, 'apps', app, 'migrations'))

const scratch = mkdtempSync(join(tmpdir(), 'atoll-image-'))
const images = new Map<string, Image>()
const databases = new Map<string, TestDatabase>()
const ports = new Map<string, number>()
const running: Running[] = []
let compose: Compose

beforeAll(async () => {
  chmodSync(scratch, 0o755)
  compose = readCompose(docker, folder('compose'))
  const globals = folder('globals')
  for (const app of apps) {
    const image = buildImage({
      dockerfile: readFileSync(join(docker, 'Dockerfile'), 'utf8'),
      ignoreFile: join(docker, 'Dockerfile.dockerignore'),
      context: repository,
      args: { APP: app, VERSION: '1.2.3' },
      scratch: folder(`build-${app}`),
      globals,
    })
    images.set(app, image)
    ports.set(app, await freePort())
    if (keepsData(app)) databases.set(app, await testDatabase({ name: `image_${app}`, migrations: {} }))
  }
}, 600_000)

afterAll(async () => {
  for (const server of running) server.kill()
  for (const database of databases.values()) await database.close()
  rmSync(scratch, { recursive: true })
})

function folder(name: string): string {
  const path = join(scratch, name)
  mkdirSync(path)
  return path
}

function imageOf(app: string): Image {
  const image = images.get(app)
  if (!image) throw new Error(`There is no image of ${app}`)
  return image
}

/** What the compose file gives a service, with this machine's places for those of its network. */
function environmentOf(service: string, collector = ''): Record<string, string> {
  const [app = ''] = service.split('-')
  const addresses = apps.map((name) => [
    `http://${name}:${PORTS[name]}/mcp`,
    `http://127.0.0.1:${ports.get(name)}/mcp`,
  ])
  const environment = compose.environment(service, Object.fromEntries(addresses))
  const database = databases.get(app)
  const redis = process.env.TEST_REDIS_URL
  return {
    ...environment,
    ...(environment.HOST && { HOST: '127.0.0.1', PORT: String(ports.get(app)) }),
    ...(environment.REDIS_URL && { REDIS_URL: redis ?? '' }),
    ...(environment.OTEL_EXPORTER_OTLP_ENDPOINT && { OTEL_EXPORTER_OTLP_ENDPOINT: collector }),
    ...(environment.DATABASE_URL && { DATABASE_URL: database?.appUrl ?? '' }),
    ...(environment.DATABASE_OWNER_URL && { DATABASE_OWNER_URL: database?.ownerUrl ?? '' }),
  }
}

/** Where the servers of the compose file listen. */
const PORTS: Record<string, number> = { hr: 3001, orders: 3004, gateway: 3000 }

async function start(app: string, collector?: string): Promise<Running> {
  const server = await startServer(imageOf(app), environmentOf(app, collector))
  running.push(server)
  return server
}

describe.each(apps)('the image of %s', (app) => {
  it('holds Node, one file that nobody may change, and nothing else', () => {
    const { root } = imageOf(app)
    expect(filesUnder(root)).toEqual(['app/main.mjs', 'nodejs/bin/node'])
    expect(statSync(join(root, 'app/main.mjs')).mode & 0o777).toBe(0o444)
  })

  it('says what it is, and runs as a numbered user who is not root', () => {
    const { labels, user, environment, port } = imageOf(app)
    expect(labels).toMatchObject({
      'org.opencontainers.image.title': `atoll-${app}`,
      'org.opencontainers.image.version': '1.2.3',
    })
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(environment).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: String(port) })
  })

  it('starts, is healthy, and stops when told', async () => {
    const variables = environmentOf(app)
    expect(await checkHealth(imageOf(app), variables)).toBe(1)
    const server = await start(app)
    expect(await checkHealth(imageOf(app), variables)).toBe(0)
    const answer = await fetch(`http://127.0.0.1:${ports.get(app)}/health`)
    expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'ok', name: app }])
    expect(await server.stop()).toBe(0)
  })
})

describe('the fleet of the compose file', () => {
  it.each(apps.filter(keepsData))(
    'brings the database of %s up to date, once, and fills it',
    async (app) => {
      const job = environmentOf(`${app}-migrate`)
      const first = await runJob(imageOf(app), job, ['migrate'])
      expect(first).toMatchObject({ code: 0, output: expect.stringContaining('Applied') })
      const second = await runJob(imageOf(app), job, ['migrate'])
      expect(second).toMatchObject({ code: 0, output: expect.not.stringContaining('Applied') })
      expect(await runJob(imageOf(app), environmentOf(`${app}-seed`), ['seed'])).toMatchObject({ code: 0 })
    },
    120_000,
  )

  it('answers through the gateway from every server, and sends the traces of all', async () => {
    const collector = await startCollector()
    const servers = [await start('hr', collector.url), await start('orders', collector.url)]
    const gateway = await start('gateway', collector.url)
    servers.push(gateway)

    const ask = (name: string, args: object) =>
      gateway.ask(compose.token, 'tools/call', { name, arguments: args })
    const departments = await ask('hr__list_departments', {})
    expect(departments).toMatchObject({ structuredContent: { departments: expect.any(Array) } })
    expect(departments).not.toHaveProperty('isError', true)
    expect(await ask('orders__search_products', {})).not.toHaveProperty('isError', true)

    for (const server of servers) expect(await server.stop()).toBe(0)
    await Promise.all(['hr', 'orders', 'gateway'].map((service) => collector.spansOf(service)))
    await collector.close()
  }, 60_000)
})

function filesUnder(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}
