import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type TestDatabase, testDatabase } from '@atoll/testing'
import { freePort } from '@atoll/tooling/free-port'
import { buildImage, type Image } from './build-image.ts'
import { readCompose } from './compose.ts'
import { type Running, startServer } from './running.ts'

const repository = join(import.meta.dirname, '../../..')
const docker = join(repository, 'infra/docker')

/** Every app that can be started, by folder. */
export const apps = globSync('apps/*/src/main.ts', { cwd: repository }).map(
  (path) => path.split('/')[1] ?? '',
)
/** Those with a database of their own. */
export const stores = apps.filter((app) => existsSync(join(repository, 'apps', app, 'migrations')))

/** What the bundle of an app has beside `main.mjs`: names of workers, packages, and pages of MCP Apps. */
export function partsOf(app: string): { workers: string[]; outside: string[]; apps: string[] } {
  const {
    workers = [],
    outside = [],
    apps = [],
  } = JSON.parse(readFileSync(join(repository, 'apps', app, 'package.json'), 'utf8')).atollBundle ?? {}
  return { workers: workers.map((source: string) => basename(source, '.ts')), outside, apps }
}

/** The images of all apps, and the compose file's environment for them on this machine. */
export interface Fleet {
  image(app: string): Image
  /** Whether the compose file has a service. */
  has(service: string): boolean
  /** What the compose file gives a service, with this machine's places for those of its network. */
  environment(service: string): Record<string, string>
  /** Start an app as its service; `more` wins over the compose file. */
  start(app: string, more?: Record<string, string>): Promise<Running>
  /** The bearer token that the gateway accepts. */
  readonly token: string
  close(): Promise<void>
}

/** Build every image and give each its port and database. Takes most of a minute. */
export async function prepareFleet(): Promise<Fleet> {
  const scratch = mkdtempSync(join(tmpdir(), 'atoll-image-'))
  // The images' user must get in.
  chmodSync(scratch, 0o755)
  const folder = (name: string) => {
    const path = join(scratch, name)
    mkdirSync(path)
    return path
  }
  const compose = readCompose(docker, folder('compose'))
  const globals = folder('globals')
  const images = new Map<string, Image>()
  const ports = new Map<string, number>()
  const databases = new Map<string, TestDatabase>()
  const running: Running[] = []

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
  }
  for (const app of stores) databases.set(app, await testDatabase({ name: `image_${app}`, migrations: {} }))

  const places = Object.fromEntries(
    apps.flatMap((app) =>
      ['/mcp', '/token'].map((path) => [
        `http://${app}:${compose.port(app)}${path}`,
        `http://127.0.0.1:${ports.get(app)}${path}`,
      ]),
    ),
  )
  const fleet: Fleet = {
    token: compose.token,
    has: compose.has,
    image(app) {
      const image = images.get(app)
      if (!image) throw new Error(`There is no image of ${app}`)
      return image
    },
    environment(service) {
      const app = service.replace(/-(migrate|seed)$/, '')
      const given = compose.environment(service, places)
      const here: Record<string, string> = {
        HOST: '127.0.0.1',
        PORT: String(ports.get(app)),
        REDIS_URL: process.env.TEST_REDIS_URL ?? '',
        OTEL_EXPORTER_OTLP_ENDPOINT: '',
        DATABASE_URL: databases.get(app)?.appUrl ?? '',
        DATABASE_OWNER_URL: databases.get(app)?.ownerUrl ?? '',
      }
      return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, here[name] ?? value]))
    },
    async start(app, more = {}) {
      const server = await startServer(fleet.image(app), { ...fleet.environment(app), ...more })
      running.push(server)
      return server
    },
    async close() {
      for (const server of running) server.kill()
      for (const database of databases.values()) await database.close()
      rmSync(scratch, { recursive: true })
    },
  }
  return fleet
}
