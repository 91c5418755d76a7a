import { createDatabase } from '@atoll/database'
import { testDatabase } from '@atoll/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { buildVectorIndex } from '../../src/vectors/build-vector-index.ts'
import { ensureVectorIndex } from '../../src/vectors/ensure-vector-index.ts'
import { pickVectors } from '../../src/vectors/pick-vectors.ts'
import type { VectorTables } from '../../src/vectors/tables.ts'
import type { VectorKind } from '../../src/vectors/vector-expression.ts'
import type { Near } from '../../src/vectors/vector-index.ts'
import { bruteForce } from './brute-force.ts'
import { library, MODEL, unit } from './library.ts'
import { type PgliteDatabase, pgliteDatabase } from './pglite-database.ts'
import { randomVectors } from './random-vectors.ts'

const { signal } = new AbortController()
let server: PgliteDatabase

beforeAll(async () => {
  server = await pgliteDatabase()
})
afterAll(() => server?.close())
beforeEach(async () => {
  await server.pglite.exec('reset role; reset all; drop extension if exists vector cascade')
})

const run = async <Row>(text: string, values: unknown[] = []) =>
  (await server.pglite.query<Row>(text, values)).rows
const build = (kind: VectorKind) => buildVectorIndex(run, kind, signal)

async function indexes(): Promise<{ definition: string; valid: boolean }[]> {
  return await run(
    `select pg_get_indexdef(indexrelid) as definition, indisvalid as valid
     from pg_index where indexrelid::regclass::text like 'vectors_near_%'`,
  )
}

/** How often the index was used. */
async function scans(): Promise<number> {
  await run('select pg_stat_force_next_flush()')
  const [row] = await run<{ scans: number }>(
    `select idx_scan::integer as scans from pg_stat_user_indexes where indexrelname like 'vectors_near_%'`,
  )
  return row?.scans ?? 0
}

async function picked(kind: VectorKind): Promise<string[]> {
  const notices: string[] = []
  const index = pickVectors(server.database, kind, { onNotice: (text) => void notices.push(text) })
  const { principal, query } = library(server.database, 'nobody')
  await index.near(principal, query(Array(kind.dimensions).fill(1), { shelves: [1], limit: 5 }), { signal })
  await index.close()
  return notices
}

test('a model is indexed once, and then pgvector is asked', async () => {
  const kind = { model: "the model's name", dimensions: 24 }
  expect(await picked(kind)).toEqual(['Nearest passages are found in memory.'])
  for (const _ of ['first', 'again']) {
    expect(await build(kind)).toEqual({
      search: 'pgvector',
      reason: "Nearest passages are found by pgvector: the model's name is indexed.",
    })
  }
  expect(await indexes()).toEqual([
    expect.objectContaining({
      definition: expect.stringMatching(/hnsw .*::vector\(24\).*vector_cosine_ops.*the model''s name.*= 24/),
    }),
  ])
  expect(await picked(kind)).toEqual(['Nearest passages are found by pgvector.'])
  expect(await picked({ ...kind, dimensions: 25 })).toEqual(['Nearest passages are found in memory.'])
})

test('an index whose building was interrupted is built anew', async () => {
  const kind = { model: MODEL, dimensions: 3 }
  await build(kind)
  await run(`update pg_index set indisvalid = false where indexrelid::regclass::text like 'vectors_near_%'`)
  expect(await picked(kind)).toEqual(['Nearest passages are found in memory.'])
  await build(kind)
  expect(await indexes()).toEqual([expect.objectContaining({ valid: true })])
})

test('more than 2000 dimensions are indexed with half precision, and more than 4000 are searched in memory', async () => {
  expect(await build({ model: MODEL, dimensions: 2001 })).toMatchObject({ search: 'pgvector' })
  expect(await indexes()).toEqual([
    expect.objectContaining({ definition: expect.stringContaining('halfvec_cosine_ops') }),
  ])
  expect(await build({ model: MODEL, dimensions: 4001 })).toEqual({
    search: 'memory',
    reason: 'Nearest passages are found in memory: pgvector indexes no vectors of 4001 dimensions.',
  })
})

test('an owner who may not install pgvector is told what to do', async () => {
  await server.pglite.exec('create role owner; set role owner')
  expect(await build({ model: MODEL, dimensions: 3 })).toEqual({
    search: 'memory',
    reason:
      'Nearest passages are found in memory: the owner may not install pgvector: let an administrator run CREATE EXTENSION vector.',
  })
})

test.each([
  ['with full precision', 32],
  ['with half precision', 2100],
])('an index %s finds nearly all of the nearest, past what filters leave out', async (_, dimensions) => {
  const all = library(server.database, `indexed-${dimensions}`)
  const others = library(server.database, `others-${dimensions}`)
  const [shelf, otherShelf, theirShelf] = [
    await all.shelf('a'),
    await all.shelf('b'),
    await others.shelf('a'),
  ]
  const vectors = randomVectors(dimensions > 2000 ? 60 : 600, dimensions)
  const [old, recent] = [new Date('2025-01-01'), new Date('2025-06-01')]
  const ids = await all.write(
    ...vectors.map((vector, i) => ({
      document: `d${i}`,
      shelf: i % 2 ? shelf : otherShelf,
      vectors: [vector],
      changed: i % 3 ? old : recent,
    })),
  )
  await others.write({ document: 'd', shelf: theirShelf, vectors })
  await build({ model: MODEL, dimensions })
  const index = pickVectors(server.database, { model: MODEL, dimensions })
  await server.pglite.exec(
    'analyze; set enable_seqscan = off; set enable_sort = off; set enable_bitmapscan = off',
  )
  const rows = vectors.map((vector, i) => ({ passage: ids[i] ?? 0, vector: unit(vector), i }))
  let hits = 0
  const queries = randomVectors(10, dimensions, 99)
  for (const query of queries) {
    const found = await index.near(
      all.principal,
      all.query(query, { shelves: [shelf], since: recent, limit: 5 }),
      { signal },
    )
    const visible = rows.filter(({ i }) => i % 2 && i % 3 === 0)
    const wanted = passages(bruteForce(unit(query), visible, 5))
    hits += passages(found).filter((passage) => wanted.includes(passage)).length
    expect(found).toHaveLength(5)
    expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a))
  }
  expect(hits).toBeGreaterThanOrEqual(queries.length * 5 * 0.9)
  expect(await scans()).toBeGreaterThanOrEqual(queries.length)
})

test('what is said of a database when it is migrated is what its server does', async () => {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'pick_vectors', migrations })
  const database = createDatabase<VectorTables>({ url: appUrl, applicationName: 'pick-vectors' })
  try {
    const kind = { model: MODEL, dimensions: 3 }
    const { search } = await ensureVectorIndex(ownerUrl, kind, { signal })
    const notices: string[] = []
    const index = pickVectors(database, kind, { onNotice: (text) => void notices.push(text) })
    const { principal, query } = library(database, 'nobody')
    expect(await index.near(principal, query([1, 0, 0], { shelves: [1] }), { signal })).toEqual([])
    await index.close()
    expect(notices).toEqual([
      `Nearest passages are found ${search === 'pgvector' ? 'by pgvector' : 'in memory'}.`,
    ])
  } finally {
    await database.close()
    await close()
  }
})

function passages(near: readonly Near[]): number[] {
  return near.map(({ passage }) => passage)
}
