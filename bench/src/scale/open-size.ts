import { Writable } from 'node:stream'
import type { ServerDefinition } from '@atoll/server-kit'
import { type TestServer, testServer } from '@atoll/testing'
import pg from 'pg'
import { freshDatabase } from '../fresh-database.ts'
import type { ScaleDomain } from './domain.ts'
import { say } from './say.ts'

/** A server over a database of its own with so much in it. */
export interface OpenSize {
  size: number
  /** Seconds that filling took, and gigabytes of the database then. */
  fillTime: number
  gigabytes: number
  server: TestServer
  /** Drops the database. */
  close(): Promise<void>
}

export async function openSize(domain: ScaleDomain, size: number): Promise<OpenSize> {
  const database = await freshDatabase(domain.name, domain.migrations, domain.access)
  try {
    say(`${domain.name}: filling a fresh database with ${size} ${domain.unit} ...`)
    const startedAt = performance.now()
    await runCommand(domain.server, 'seed', domain.seed(size), database.ownerUrl)
    const fillTime = (performance.now() - startedAt) / 1000
    const gigabytes = await gigabytesOf(database.ownerUrl)
    const server = await openServer(domain.server, database.appUrl)
    return {
      size,
      fillTime,
      gigabytes,
      server,
      async close() {
        await server.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function runCommand(server: ServerDefinition, name: string, args: readonly string[], ownerUrl: string) {
  const command = server.commands[name]
  if (!command) throw new Error(`${server.domain.name} has no command ${name}`)
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() })
  const env = { DATABASE_OWNER_URL: ownerUrl }
  await command.run({ args, env, stdout, stderr: process.stderr, signal: new AbortController().signal })
}

async function gigabytesOf(ownerUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const { rows } = await client.query('select pg_database_size(current_database()) as bytes')
  await client.end()
  return Number(rows[0]?.bytes) / 1e9
}

/** The whole pipeline, but for the cache, which would answer, and the limits, which would refuse. */
async function openServer(definition: ServerDefinition, url: string): Promise<TestServer> {
  const tools = definition.tools.map((tool) => {
    const { cache: _, ...rest } = tool
    return { ...rest, limits: { timeout: '60s', rate: '1000000/min' } } as typeof tool
  })
  const config = definition.domain.config.parse({ DATABASE_URL: url, DATABASE_POOL_SIZE: 1 })
  return await testServer(
    { ...definition, tools },
    {
      connect: (context) => definition.domain.connect(config, context),
    },
  )
}
