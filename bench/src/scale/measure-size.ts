import { loadavg } from 'node:os'
import { Writable } from 'node:stream'
import type { ServerDefinition } from '@atoll/server-kit'
import { type TestServer, testServer } from '@atoll/testing'
import pg from 'pg'
import { freshDatabase } from '../fresh-database.ts'
import type { Ask, Question, ScaleDomain } from './domain.ts'

export interface Times {
  /** Milliseconds. */
  p50: number
  p95: number
}

export interface Size {
  size: number
  /** Seconds that filling took, and gigabytes of the database then. */
  fillTime: number
  gigabytes: number
  machineLoad: number
  /** In the order of the questions. */
  times: Times[]
}

const WARM_UP = 30
const CALLS = 200
/** Milliseconds for one question at most. */
const PATIENCE = 15_000

/** Fill a fresh database, ask every question many times, one after the other, and drop it. */
export async function measureSize(domain: ScaleDomain, size: number): Promise<Size> {
  const database = await freshDatabase(domain.name, domain.migrations, domain.access)
  try {
    say(`${domain.name}: filling a fresh database with ${size} ${domain.unit} ...`)
    const startedAt = performance.now()
    await runCommand(domain.server, 'seed', domain.seed(size), database.ownerUrl)
    const fillTime = (performance.now() - startedAt) / 1000
    const gigabytes = await gigabytesOf(database.ownerUrl)
    const machineLoad = loadavg()[0] ?? Number.NaN
    const server = await openServer(domain.server, database.appUrl)
    try {
      const questions = domain.questions(size)
      const times: Times[] = []
      // What comes first would otherwise be measured while it is being compiled.
      for (const question of questions) await ask(server, question, WARM_UP)
      for (const question of questions) times.push(await measure(server, question))
      return { size, fillTime, gigabytes, machineLoad, times }
    } finally {
      await server.close()
    }
  } finally {
    await database.close()
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

async function measure(server: TestServer, question: Question): Promise<Times> {
  const times = (await ask(server, question, CALLS)).sort((a, b) => a - b)
  const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)]
  say(`${question.kind} ${question.tool} ${question.about}: ${p50.toFixed(2)} ms`)
  return { p50, p95 }
}

/** Milliseconds of each call, one after the other; of fewer when they take too long. */
async function ask(
  server: TestServer,
  { tool, as, before, args }: Question,
  calls: number,
): Promise<number[]> {
  const call: Ask = async (tool, args, as) => {
    const result = await server.call(tool, args, { as })
    if (result.isError) throw new Error(`${tool} ${JSON.stringify(args)}: ${result.content[0]?.text}`)
    return result.structuredContent
  }
  const earlier = await before?.(call)
  const times: number[] = []
  const end = performance.now() + PATIENCE
  while (times.length < calls && performance.now() < end) {
    const given = args(times.length, earlier)
    const startedAt = performance.now()
    await call(tool, given, as)
    times.push(performance.now() - startedAt)
  }
  return times
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`)
}
