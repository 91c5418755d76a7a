import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { loadavg } from 'node:os'
import { ask } from '@atoll/knowledge-base/src/seed/corpus/compose.ts'
import type { Words } from '@atoll/knowledge-base/src/seed/corpus/words.ts'
import pg from 'pg'
import { coreTimeOf, coreTimeOfAll, residentMegabytes } from './core-time.ts'
import type { BenchDatabase } from './database.ts'
import { type Filled, TENANT } from './fill.ts'
import type { Observed } from './observe.ts'
import { type Load, type Question, searchLoad } from './search-load.ts'
import { type KnowledgeBaseServer, startKnowledgeBase } from './server.ts'

export const CALLERS = 8
/** V8 compiles what is called for as long; how quick the answers are meanwhile is told too. */
export const WARM_UP = 1000
export const MEASURED = 800
const SCOPES = { some: ['kb:read'], all: ['kb:read', 'kb:confidential'] }

export interface Result {
  filled: Filled
  /** Milliseconds until a search is answered with all vectors, and of a core for it by thread. */
  loadTime: number
  loading: Map<string, number>
  /** Of those that it was warmed up with. */
  early: Load
  load: Load
  observed: Observed
  /** Milliseconds of a core for each search, by thread. */
  cores: Map<string, number>
  database: number
  resident: { empty: number; loaded: number; after: number }
  machineLoad: number
}

/** Start the server on this database, let it load everything, and put it under load. */
export async function measureSearch(
  { appUrl, ownerUrl }: Pick<BenchDatabase, 'appUrl' | 'ownerUrl'>,
  words: Words,
  filled: Filled,
): Promise<Result> {
  const machineLoad = loadavg()[0] ?? Number.NaN
  const server = await startKnowledgeBase(appUrl)
  try {
    const questions = await questionsFor(server, words, filled.documents)
    // Loads the model and nothing else: this tenant has no documents.
    const stranger = { subject: 'nobody', tenant: 'elsewhere', scopes: SCOPES.some, roles: [] }
    await searchLoad(server.url, [{ query: 'an empty shelf', token: await server.token(stranger) }], 1)
    const empty = residentMegabytes(server.pid)
    const loadStarted = performance.now()
    const idle = coreTimeOf(server.pid)
    while ((await searchLoad(server.url, questions.splice(0, 1), 1)).degraded > 0);
    const loadTime = performance.now() - loadStarted
    const loading = since(idle, coreTimeOf(server.pid))
    const loaded = residentMegabytes(server.pid)
    const warming = questions.splice(0, questions.length - MEASURED)
    const early = await searchLoad(server.url, warming, CALLERS)
    const backends = await backendsOf(ownerUrl)
    backends.forEach(pin)
    await server.observed()
    const before = { server: coreTimeOf(server.pid), database: coreTimeOfAll(backends) }
    const load = await searchLoad(server.url, questions, CALLERS)
    const observed = await server.observed()
    const after = { server: coreTimeOf(server.pid), database: coreTimeOfAll(backends) }
    if (load.degraded > 0) throw new Error(`${load.degraded} searches went without meaning`)
    const each = (used: number) => used / questions.length
    return {
      filled,
      loadTime,
      early,
      load,
      observed,
      cores: new Map(since(before.server, after.server).map(([name, time]) => [name, each(time)])),
      loading: new Map(loading),
      database: each(after.database - before.database),
      resident: { empty, loaded, after: residentMegabytes(server.pid) },
      machineLoad,
    }
  } finally {
    await server.stop()
  }
}

type Cores = ReadonlyMap<string, number>

function since(before: Cores, after: Cores): [name: string, time: number][] {
  return Array.from(after, ([name, time]) => [name, time - (before.get(name) ?? 0)])
}

/** Of many people, as the rate of each is limited: guests, colleagues, and some who see everything. */
async function questionsFor(
  server: KnowledgeBaseServer,
  words: Words,
  documents: number,
): Promise<Question[]> {
  const tokens = await Promise.all(
    Array.from({ length: 96 }, (_, number) =>
      server.token({
        subject: `person-${number}`,
        tenant: TENANT,
        scopes: number % 3 === 0 ? SCOPES.all : SCOPES.some,
        roles: number % 8 === 1 ? ['guest'] : number % 4 === 0 ? ['finance'] : [],
      }),
    ),
  )
  const distinct = new Set<string>()
  for (let number = 0; distinct.size < WARM_UP + MEASURED; number += 1) {
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
export function pin(pid: number): void {
  if (!existsSync('/usr/bin/taskset')) return
  try {
    execFileSync('/usr/bin/taskset', ['-a', '-c', '-p', '1', String(pid)], { stdio: 'ignore' })
  } catch {}
}
