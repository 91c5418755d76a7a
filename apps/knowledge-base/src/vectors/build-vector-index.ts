import { setTimeout as sleep } from 'node:timers/promises'
import { embeddingAs, indexedAs, indexName, type VectorKind } from './vector-expression.ts'
import { indexState, isRecent, type Run, vectorExtension } from './vector-extension.ts'

export interface Built {
  /** Which search the server will use. */
  search: 'pgvector' | 'memory'
  /** Why, in a sentence for whoever runs the command. */
  reason: string
}

const INSUFFICIENT_PRIVILEGE = '42501'
const LOCK_INTERVAL = 500

/** Install pgvector and build the index of a model, as far as the database lets its owner. */
export async function buildVectorIndex(run: Run, kind: VectorKind, signal: AbortSignal): Promise<Built> {
  const missing = await install(run)
  if (missing !== undefined) return inMemory(missing)
  const { dimensions } = kind
  const indexed = indexedAs(dimensions)
  if (!indexed) return inMemory(`pgvector indexes no vectors of ${dimensions} dimensions`)
  await locked(run, signal, async () => {
    if (await dropUnlessValid(run, kind)) return
    await run(
      `create index concurrently ${indexName(kind)} on vectors
       using hnsw (${embeddingAs(indexed.type, dimensions)} ${indexed.operators})
       where model = ${literal(kind.model)} and dimensions = ${dimensions}`,
    )
  })
  return { search: 'pgvector', reason: `Nearest passages are found by pgvector: ${kind.model} is indexed.` }
}

/** Answers why it could not be installed. */
async function install(run: Run): Promise<string | undefined> {
  const { version, isAvailable } = await vectorExtension(run)
  if (version !== undefined) {
    return isRecent(version)
      ? undefined
      : `pgvector ${version} is too old (0.8 or later): run ALTER EXTENSION vector UPDATE`
  }
  if (!isAvailable) return 'this database server has no pgvector'
  try {
    await run('create extension if not exists vector')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE)) throw error
    return 'the owner may not install pgvector: let an administrator run CREATE EXTENSION vector'
  }
  const installed = await vectorExtension(run)
  if (installed.version === undefined) return 'pgvector is installed in a schema outside of the search path'
  return isRecent(installed.version) ? undefined : `pgvector ${installed.version} is too old (0.8 or later)`
}

function inMemory(because: string): Built {
  return { search: 'memory', reason: `Nearest passages are found in memory: ${because}.` }
}

/** Asking again, not waiting: building waits for every transaction, and one that waits for a lock would wait for it. */
async function locked(run: Run, signal: AbortSignal, build: () => Promise<void>): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const [row] = await run<{ taken: boolean }>(
      `select pg_try_advisory_lock(hashtext('kb.vectors')) as taken`,
    )
    if (row?.taken) break
    await sleep(LOCK_INTERVAL, undefined, { signal })
  }
  try {
    await build()
  } finally {
    await run(`select pg_advisory_unlock(hashtext('kb.vectors'))`)
  }
}

/** Whether it is there. A build that was interrupted leaves an index that is kept up and never used. */
async function dropUnlessValid(run: Run, kind: VectorKind): Promise<boolean> {
  const state = await indexState(run, kind)
  if (state === 'invalid') await run(`drop index concurrently ${indexName(kind)}`)
  return state === 'valid'
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
