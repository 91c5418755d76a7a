import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createDatabase } from '@atoll/database'
import { UnavailableError } from '@atoll/errors'
import { type TestDatabase, testDatabase } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { type MemoryOptions, memoryVectors } from '../../src/vectors/memory-vectors.ts'
import { startScanWorker } from '../../src/vectors/scan-thread.ts'
import type { VectorTables } from '../../src/vectors/tables.ts'
import type { Near, VectorIndex } from '../../src/vectors/vector-index.ts'
import { bruteForce } from './brute-force.ts'
import { library, unit } from './library.ts'
import { randomNumbers, randomVectors } from './random-vectors.ts'

const { signal } = new AbortController()
const DIMENSIONS = 16
let stored: TestDatabase
let database: ReturnType<typeof createDatabase<VectorTables>>
let tenants = 0

beforeAll(async () => {
  stored = await testDatabase({ name: 'memory_vectors', migrations })
  database = createDatabase<VectorTables>({ url: stored.appUrl, applicationName: 'memory-vectors' })
})
afterAll(async () => {
  await database?.close()
  await stored?.close()
})

test('every change of the tables is in the next answer', async () => {
  const { write, remove, shelves, query, principal } = await newLibrary(['guides', 'plans', 'notes'])
  const index = open()
  const next = randomNumbers(1)
  const present = new Map<string, { passage: number; vector: Float32Array }[]>()
  // Some changes touch few documents, some nearly all.
  for (const many of [50, 1, 1, 5, 2, 45, 1, 3, 60, 1]) {
    const documents = Array.from({ length: many }, () => {
      const vectors = randomVectors(4, DIMENSIONS, Math.floor(next() * 1e6))
      const shelf = shelves[Math.floor(Math.abs(next()) * 3)] ?? 0
      return { document: `document ${Math.floor(Math.abs(next()) * 60)}`, shelf, vectors }
    })
    const written = [...new Map(documents.map((each) => [each.document, each])).values()]
    const ids = await write(...written)
    for (const { document, vectors } of written) {
      const of = ids.splice(0, vectors.length)
      present.set(
        document,
        vectors.map((vector, i) => ({ passage: of[i] ?? 0, vector: unit(vector) })),
      )
    }
    const [removed = ''] = present.keys()
    await remove(removed)
    present.delete(removed)
    const vector = Array.from({ length: DIMENSIONS }, next)
    const found = await index.near(principal, query(vector, { shelves, limit: 12 }), { signal })
    expect(found).toEqual(bruteForce(unit(vector), [...present.values()].flat(), 12))
  }
})

test('more vectors than a page holds are all read', async () => {
  const { write, shelves, query, principal } = await newLibrary(['guides'])
  const vectors = randomVectors(100, 2000)
  const ids = await write(
    ...vectors.map((vector, i) => ({ document: `d${i}`, shelf: shelves[0] ?? 0, vectors: [vector] })),
  )
  const found = await open().near(principal, query(vectors[99] ?? [], { shelves, limit: 1000 }), { signal })
  expect(passages(found).sort((a, b) => a - b)).toEqual(ids)
  expect(found[0]).toEqual({ passage: ids[99], score: expect.closeTo(1, 5) })
})

test('tenants take turns where memory holds only one, and an operator is told of each once', async () => {
  const notices: string[] = []
  const index = open({ memory: 1, onNotice: (text) => void notices.push(text) })
  const [one, other] = [await newLibrary(['guides']), await newLibrary(['guides'])]
  const expected = [await fill(one, 50), await fill(other, 50)]
  for (let round = 0; round < 3; round += 1) {
    const found = [await ask(index, one), await ask(index, other)]
    expect(found).toEqual(expected)
  }
  expect(notices.map((text) => text.slice(0, 40))).toEqual(
    [one, other].map(({ principal }) => `The vectors of tenant ${principal.tenant} take 1 MB`.slice(0, 40)),
  )
})

test('callers of two tenants that do not fit into memory together are all answered', async () => {
  const index = open({ memory: 1 })
  const libraries = [await newLibrary(['guides']), await newLibrary(['guides']), await newLibrary(['guides'])]
  const expected = await Promise.all(libraries.map((each) => fill(each, 30)))
  const rounds = Array.from({ length: 20 }, () => Promise.all(libraries.map((each) => ask(index, each))))
  expect(await Promise.all(rounds)).toEqual(Array(20).fill(expected))
})

test('a search goes on when its thread ends', async () => {
  const workers: Worker[] = []
  const index = open({
    startWorker() {
      const worker = startScanWorker()
      workers.push(worker)
      return worker
    },
  })
  const all = await newLibrary(['guides'])
  const expected = await fill(all, 40)
  expect(await ask(index, all)).toEqual(expected)
  const asked = ask(index, all)
  await workers[0]?.terminate()
  expect(await asked).toEqual(expected)
  expect(await ask(index, all)).toEqual(expected)
})

test('a search that loses its thread is run once more on a new one', async () => {
  const starts = [dyingWorker, startScanWorker]
  const index = open({ startWorker: () => (starts.shift() ?? dyingWorker)() })
  const all = await newLibrary(['guides'])
  const expected = await fill(all, 10)
  expect(await ask(index, all)).toEqual(expected)
  expect(starts).toEqual([])
})

test('a search that loses its thread twice says to try again', async () => {
  const index = open({ startWorker: dyingWorker })
  const all = await newLibrary(['guides'])
  await fill(all, 10)
  const asked = ask(index, all)
  await expect(asked).rejects.toThrow(UnavailableError)
  await expect(asked).rejects.toThrow('The search by meaning is starting anew. Try again shortly.')
})

test('a thread that ends while the first page is being read costs nothing but another try', async () => {
  const all = await newLibrary(['guides'])
  const expected = await fill(all, 10)
  const dying = dyingWorker()
  const starts = [() => dying, startScanWorker]
  const index = open({ startWorker: () => (starts.shift() ?? dyingWorker)() })
  const ended = once(dying, 'exit')
  const owner = new pg.Client(stored.ownerUrl)
  await owner.connect()
  onTestFinished(() => owner.end())
  await owner.query('begin; lock table vectors')
  const asked = ask(index, all)
  await ended
  await owner.query('commit')
  expect(await asked).toEqual(expected)
})

test('a caller who goes while vectors are read leaves the others their answer', async () => {
  const index = open()
  const all = await newLibrary(['guides'])
  const expected = await fill(all, 40)
  const gone = new AbortController()
  const [left, ...stayed] = [ask(index, all, gone.signal), ask(index, all), ask(index, all)]
  gone.abort(new Error('the caller has gone'))
  await expect(left).rejects.toThrow('the caller has gone')
  expect(await Promise.all(stayed)).toEqual([expected, expected])
})

test('a caller who has seen more than the tables hold is told to try again', async () => {
  const all = await newLibrary(['guides'])
  await fill(all, 5)
  const query = all.query(ANY, { shelves: all.shelves, revision: 1_000_000n })
  const asked = open().near(all.principal, query, { signal })
  await expect(asked).rejects.toThrow(UnavailableError)
  await expect(asked).rejects.toThrow('lags behind')
})

test('reading that fails is begun again by the next caller', async () => {
  const all = await newLibrary(['guides'])
  const expected = await fill(all, 20)
  let failures = 1
  const index = memoryVectors({
    async inTenant(principal, run, options) {
      return await database.inTenant(
        principal,
        async (trx) => {
          const result = await run(trx)
          failures -= 1
          if (failures >= 0) throw new UnavailableError('The database cannot be reached at the moment.')
          return result
        },
        options,
      )
    },
  })
  onTestFinished(() => index.close())
  await expect(ask(index, all)).rejects.toThrow('cannot be reached')
  expect(await ask(index, all)).toEqual(expected)
})

test('who asks while the server stops is told to try again', async () => {
  const index = open()
  const all = await newLibrary(['guides'])
  await fill(all, 20)
  const asked = ask(index, all)
  const closed = index.close()
  await expect(asked).rejects.toThrow('The server is stopping. Try again shortly.')
  await closed
  await expect(ask(index, all)).rejects.toThrow('The server is stopping. Try again shortly.')
})

const ANY = Array(DIMENSIONS).fill(1)

function open(options: MemoryOptions = {}): VectorIndex {
  const index = memoryVectors(database, options)
  onTestFinished(() => index.close())
  return index
}

async function newLibrary(categories: readonly string[]) {
  tenants += 1
  const made = library(database, `tenant-${tenants}`)
  const shelves: number[] = []
  for (const category of categories) shelves.push(await made.shelf(category))
  return { ...made, shelves }
}
type Library = Awaited<ReturnType<typeof newLibrary>>

/** Documents of one passage each; answers what `ask` is to find. */
async function fill({ write, shelves }: Library, count: number): Promise<number[]> {
  const vectors = randomVectors(count, DIMENSIONS, tenants)
  const ids = await write(
    ...vectors.map((vector, i) => ({ document: `d${i}`, shelf: shelves[0] ?? 0, vectors: [vector] })),
  )
  const rows = vectors.map((vector, i) => ({ passage: ids[i] ?? 0, vector: unit(vector) }))
  return passages(bruteForce(unit(ANY), rows, 5))
}

async function ask(
  index: VectorIndex,
  { query, shelves, principal }: Library,
  until = signal,
): Promise<number[]> {
  return passages(await index.near(principal, query(ANY, { shelves, limit: 5 }), { signal: until }))
}

function dyingWorker(): Worker {
  const code = 'require("node:worker_threads").parentPort.once("message", () => process.exit(1))'
  return new Worker(code, { eval: true })
}

function passages(near: readonly Near[]): number[] {
  return near.map(({ passage }) => passage)
}
