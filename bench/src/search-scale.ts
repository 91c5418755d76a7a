import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { loadavg } from 'node:os'
import Table from 'cli-table3'
import pg from 'pg'
import { ask } from './corpus/compose.ts'
import { readWords, type Words } from './corpus/words.ts'
import { coreTimeOf, coreTimeOfAll, residentMegabytes } from './knowledge-base/core-time.ts'
import { type BenchDatabase, knowledgeBaseDatabase } from './knowledge-base/database.ts'
import { type Filled, growTo, importDocuments, TENANT } from './knowledge-base/fill.ts'
import type { Observed } from './knowledge-base/observe.ts'
import { type Load, type Question, searchLoad } from './knowledge-base/search-load.ts'
import { type KnowledgeBaseServer, startKnowledgeBase } from './knowledge-base/server.ts'

const SIZES = [1_000, 10_000, 100_000]
const CALLERS = 8
const WARM_UP = 200
const MEASURED = 800
/** Documents of eight passages that are really embedded; all others have vectors mixed from theirs. */
const EMBEDDED = 48
const SCOPES = { some: ['kb:read'], all: ['kb:read', 'kb:confidential'] }

/** The tool `search_knowledge_base` over HTTP on one core, at several sizes of the knowledge base. */
export async function benchSearchScale(args: readonly string[]): Promise<void> {
  const sizes = args.length === 0 ? SIZES : args.map(toSize)
  pin(process.pid)
  const words = readWords()
  const database = await knowledgeBaseDatabase('search_scale')
  const rows: Result[] = []
  try {
    say(`importing ${EMBEDDED} documents with the app's own command ...`)
    await importDocuments(database, words, EMBEDDED)
    for (const size of sizes.toSorted((a, b) => a - b)) {
      say(`growing to ${size} passages of about 1,300 characters ...`)
      const filled = await growTo(database, words, size)
      say(`measuring ...`)
      rows.push(await measure(database, words, filled))
    }
  } finally {
    await database.close()
  }
  print(rows, database.version)
}

interface Result {
  filled: Filled
  loadTime: number
  load: Load
  observed: Observed
  /** Milliseconds of a core for each search, by thread. */
  cores: Map<string, number>
  database: number
  resident: { empty: number; loaded: number; after: number }
  machineLoad: number
}

async function measure({ appUrl, ownerUrl }: BenchDatabase, words: Words, filled: Filled): Promise<Result> {
  const machineLoad = loadavg()[0] ?? Number.NaN
  const server = await startKnowledgeBase(appUrl)
  try {
    const questions = await questionsFor(server, words, filled.documents)
    // Loads the model and nothing else: this tenant has no documents.
    const stranger = { subject: 'nobody', tenant: 'elsewhere', scopes: SCOPES.some, roles: [] }
    await searchLoad(server.url, [{ query: 'an empty shelf', token: await server.token(stranger) }], 1)
    const empty = residentMegabytes(server.pid)
    await server.observed()
    await searchLoad(server.url, questions.splice(0, 1), 1)
    const loadTime = (await server.observed()).steps.near?.total ?? Number.NaN
    const loaded = residentMegabytes(server.pid)
    await searchLoad(server.url, questions.splice(0, WARM_UP), CALLERS)
    const backends = await backendsOf(ownerUrl)
    backends.forEach(pin)
    await server.observed()
    const before = { server: coreTimeOf(server.pid), database: coreTimeOfAll(backends) }
    const load = await searchLoad(server.url, questions, CALLERS)
    const observed = await server.observed()
    const after = { server: coreTimeOf(server.pid), database: coreTimeOfAll(backends) }
    const each = (used: number) => used / questions.length
    return {
      filled,
      loadTime,
      load,
      observed,
      cores: new Map(
        Array.from(after.server, ([name, time]) => [name, each(time - (before.server.get(name) ?? 0))]),
      ),
      database: each(after.database - before.database),
      resident: { empty, loaded, after: residentMegabytes(server.pid) },
      machineLoad,
    }
  } finally {
    await server.stop()
  }
}

/** Of many people, as the rate of each is limited: guests, colleagues, and some who see everything. */
async function questionsFor(
  server: KnowledgeBaseServer,
  words: Words,
  documents: number,
): Promise<Question[]> {
  const tokens = await Promise.all(
    Array.from({ length: 48 }, (_, number) =>
      server.token({
        subject: `person-${number}`,
        tenant: TENANT,
        scopes: number % 3 === 0 ? SCOPES.all : SCOPES.some,
        roles: number % 8 === 1 ? ['guest'] : number % 4 === 0 ? ['finance'] : [],
      }),
    ),
  )
  const distinct = new Set<string>()
  for (let number = 0; distinct.size < 1 + WARM_UP + MEASURED; number += 1) {
    distinct.add(ask(words, number, documents))
  }
  return Array.from(distinct, (query, number) => ({ query, token: tokens[number % tokens.length] ?? '' }))
}

/** Processes of PostgreSQL that serve the app. */
async function backendsOf(ownerUrl: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const { rows } = await client.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await client.end()
  return rows.map(({ pid }) => pid)
}

/** On core 1, so that the server under test has core 0 for itself. Where that is not possible, nothing. */
function pin(pid: number): void {
  if (!existsSync('/usr/bin/taskset')) return
  try {
    execFileSync('/usr/bin/taskset', ['-a', '-c', '-p', '1', String(pid)], { stdio: 'ignore' })
  } catch {}
}

function print(rows: readonly Result[], version: string): void {
  const head = ['passages', ...rows.map(({ filled }) => String(filled.passages))]
  const table = new Table({
    head,
    colAligns: head.map((_, place) => (place === 0 ? 'left' : 'right')),
    style: { head: [], border: [] },
  })
  const line = (label: string, of: (row: Result) => number, digits = 1) =>
    table.push([label, ...rows.map((row) => of(row).toFixed(digits))])
  const step = (name: string) => (row: Result) => {
    const { count = 0, total = 0 } = row.observed.steps[name] ?? {}
    return total / count
  }
  const thread = (name: string) => (row: Result) => row.cores.get(name) ?? 0
  const known = ['MainThread', 'embedding', 'vectors']
  line('requests/s', ({ load }) => (load.times.length / load.elapsed) * 1000, 0)
  line('p50 ms', ({ load }) => percentile(load.times, 0.5))
  line('p95 ms', ({ load }) => percentile(load.times, 0.95))
  line('p99 ms', ({ load }) => percentile(load.times, 0.99))
  line('core of the server, ms a search: main thread', thread('MainThread'), 2)
  line('  embedding', thread('embedding'), 2)
  line('  vectors', thread('vectors'), 2)
  line(
    '  other threads',
    ({ cores }) =>
      cores.entries().reduce((sum, [name, time]) => (known.includes(name) ? sum : sum + time), 0),
    2,
  )
  line('core of PostgreSQL, ms a search', ({ database }) => database, 2)
  line('passing in the mean, ms: full text', step('words'))
  line('  embedding (beside full text)', step('embed'))
  line('  vectors', step('near'))
  line('  hits to show', step('show'))
  line('main thread late by, p99 ms', ({ observed }) => observed.delay.p99)
  line('  at most, ms', ({ observed }) => observed.delay.max)
  line('resident MB with the model', ({ resident }) => resident.empty, 0)
  line('  and all vectors', ({ resident }) => resident.loaded, 0)
  line('  after the load', ({ resident }) => resident.after, 0)
  line(
    'bytes a passage',
    ({ resident, filled }) => ((resident.loaded - resident.empty) * 1e6) / filled.passages,
    0,
  )
  line('vectors loaded in, ms', ({ loadTime }) => loadTime, 0)
  line('hits a search', ({ load }) => load.hits / load.times.length)
  line('load of the machine before', ({ machineLoad }) => machineLoad)
  process.stdout.write(`${table.toString()}\n`)
  process.stdout.write(
    `  ${CALLERS} callers, ${MEASURED} different questions after ${WARM_UP + 1} others, ${version}.\n` +
      `  Server on one core; PostgreSQL and the load on the other.\n` +
      `  ${EMBEDDED} documents were embedded; vectors of all others are mixed from theirs, with noise.\n`,
  )
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function toSize(text: string): number {
  const size = Number(text)
  if (!Number.isInteger(size) || size < 1 || size > 1_000_000) {
    process.stderr.write(`"${text}" is no number of passages, such as 10000\n`)
    process.exit(2)
  }
  return size
}

function say(text: string): void {
  process.stderr.write(`  ${text}\n`)
}
