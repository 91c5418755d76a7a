import { setImmediate } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { CodeMemory } from '../../../src/vectors/scan/code-memory.ts'
import { type HeldRow, HeldVectors } from '../../../src/vectors/scan/held-vectors.ts'
import { innerProductsOfFour } from '../../../src/vectors/scan/inner-product.ts'
import { createMultiply, type Multiply } from '../../../src/vectors/scan/multiply.ts'
import { Rounds } from '../../../src/vectors/scan/rounds.ts'
import type { Sought } from '../../../src/vectors/scan/search.ts'
import type { Near } from '../../../src/vectors/vector-index.ts'
import { bruteForce } from '../brute-force.ts'
import { unit } from '../library.ts'
import { randomNumbers, randomVectors } from '../random-vectors.ts'

const SHELVES = 3
const memory = new CodeMemory()
const multiply = createMultiply(memory)

const around = (centre: readonly number[], spread: number, count: number) =>
  randomVectors(count, centre.length, 7).map((noise) => centre.map((v, i) => v + spread * (noise[i] ?? 0)))
const oneHot = (count: number, dimensions: number) =>
  Array.from({ length: count }, (_, n) =>
    Array.from({ length: dimensions }, (_, i) => (i === n % dimensions ? 1 : 0)),
  )

const worlds: [name: string, dimensions: number, vectors: number[][]][] = [
  ['random vectors', 64, randomVectors(5000, 64)],
  ['random vectors of many dimensions', 1500, randomVectors(400, 1500)],
  ['an odd number of dimensions', 67, randomVectors(3000, 67)],
  ['more vectors than one block holds', 8, randomVectors(30_000, 8)],
  ['near-duplicates', 48, around(randomVectors(1, 48)[0] ?? [], 0.001, 4000)],
  [
    'vectors that differ less than their codes can tell',
    48,
    around(randomVectors(1, 48)[0] ?? [], 1e-6, 3000),
  ],
  ['equal vectors', 32, Array(4000).fill(randomVectors(1, 32)[0])],
  ['vectors that codes hold without loss', 16, oneHot(4000, 16)],
  [
    'one vector with a single large number among small ones',
    64,
    [...oneHot(1, 64), ...randomVectors(3000, 64)],
  ],
  [
    'many groups of near-duplicates',
    32,
    randomVectors(20, 32, 3).flatMap((centre) => around(centre, 0.01, 200)),
  ],
]

test.each(worlds)('the nearest are found exactly among %s', async (_, dimensions, vectors) => {
  const rows = rowsOf(vectors)
  const held = holding(dimensions, rows)
  const queries = [
    ...randomVectors(3, dimensions, 11).map((vector) => unit(vector)),
    ...rows.slice(0, 3).map(({ vector }) => vector),
  ]
  const sought = queries.flatMap((vector, i): Sought[] => [
    { vector, shelves: [0, 1, 2], limit: 10, since: undefined },
    { vector, shelves: [i % SHELVES], limit: 1 + i * 30, since: undefined },
    { vector, shelves: [0, 2], limit: 25, since: rows.length / 2 },
    { vector, shelves: [1, 2], limit: 5, since: rows.length - 40 },
    { vector, shelves: [1], limit: 5, since: rows.length },
  ])
  const found = await nearest(held, sought)
  for (const [i, query] of sought.entries()) expect(found[i]).toEqual(expected(rows, query))
})

test.each([1, 2, 3, 4, 5, 512, 1023])('inner products of %i numbers are right', (dimensions) => {
  const [a = [], ...others] = randomVectors(5, dimensions)
  const sums = others.map((b) =>
    a.reduce((total, value, i) => total + Math.fround(value) * Math.fround(b[i] ?? 0), 0),
  )
  const vectors = others.map((b) => Float32Array.from(b))
  for (const [count] of [...vectors, a].entries()) {
    const products = innerProductsOfFour(Float32Array.from(a), vectors.slice(0, count))
    for (const [n, sum] of sums.slice(0, count).entries()) expect(products[n]).toBeCloseTo(sum, 10)
  }
})

test('zero vectors are as near as anything at a right angle', async () => {
  const rows = rowsOf([...randomVectors(100, 8), ...randomVectors(3, 8)]).map((row, i) =>
    i < 100 ? row : { ...row, vector: new Float32Array(8) },
  )
  const query = { vector: unit([1, 2, 3, 4, 5, 6, 7, 8]), shelves: [0, 1, 2], limit: 103, since: undefined }
  expect((await nearest(holding(8, rows), [query]))[0]).toEqual(expected(rows, query))
})

test('what is forgotten is found no more, and what comes in its place is', async () => {
  const next = randomNumbers(5)
  const dimensions = 12
  let rows = rowsOf(randomVectors(9000, dimensions))
  const held = holding(dimensions, rows)
  for (let round = 0; round < 12; round += 1) {
    const gone = [...new Set(rows.map(({ document }) => document))].filter(() => next() > 0.7)
    const come = rowsOf(randomVectors(700, dimensions, round), 100_000 * (round + 1)).map((row) => ({
      ...row,
      document: gone[row.passage % gone.length] ?? row.document,
    }))
    held.forget(gone)
    for (const row of come) held.add(row)
    rows = [...rows.filter(({ document }) => !gone.includes(document)), ...come]
    expect([held.rows, held.documents]).toEqual([rows.length, new Set(rows.map((row) => row.document)).size])
    const vector = unit(Array.from({ length: dimensions }, next))
    for (const shelves of [[0], [1, 2], [0, 1, 2]]) {
      const query = { vector, shelves, limit: 15, since: undefined }
      expect((await nearest(held, [query]))[0]).toEqual(expected(rows, query))
    }
  }
  held.forget(rows.map(({ document }) => document))
  expect([held.rows, held.documents]).toEqual([0, 0])
})

test('what has no direction at all is found all the same', async () => {
  const rows = rowsOf(Array(20).fill(Array(8).fill(0))).map((row) => ({
    ...row,
    vector: new Float32Array(8),
  }))
  const query = { vector: unit([1, 2, 3, 4, 5, 6, 7, 8]), shelves: [0, 1, 2], limit: 10, since: undefined }
  expect((await nearest(holding(8, rows), [query]))[0]).toEqual(expected(rows, query))
})

test('searches that come one after the other, each in the middle of others, all find the nearest', async () => {
  const [rows, others] = [rowsOf(randomVectors(20_000, 32)), rowsOf(randomVectors(500, 32))]
  const sets = [holding(32, rows), holding(32, others)]
  const { rounds, find } = searching()
  const queries = randomVectors(40, 32, 3).map((vector, i) => ({
    vector: unit(vector),
    shelves: i % 3 === 0 ? [0, 1, 2] : [i % SHELVES],
    limit: 10 + i,
    since: undefined,
  }))
  const found = queries.map(async (query, i) => {
    for (let turns = 0; turns < i; turns += 1) await setImmediate()
    return await find(sets[i % 2] as HeldVectors, query)
  })
  rounds.change(() => {})
  for (const [i, query] of queries.entries()) {
    expect(await found[i]).toEqual(expected(i % 2 === 0 ? rows : others, query))
  }
})

test('a change waits for the searches before it, and searches after it see it', async () => {
  const rows = rowsOf(randomVectors(9000, 16))
  const held = holding(16, rows)
  const { rounds, find } = searching()
  const query = {
    vector: unit(randomVectors(1, 16)[0] ?? []),
    shelves: [0, 1, 2],
    limit: 5,
    since: undefined,
  }
  const [best] = expected(rows, query)
  const gone = rows.find(({ passage }) => passage === best?.passage)?.document ?? ''
  const before = find(held, query)
  await setImmediate()
  rounds.change(() => held.forget([gone]))
  const after = find(held, query)
  expect(await before).toEqual(expected(rows, query))
  expect(await after).toEqual(
    expected(
      rows.filter(({ document }) => document !== gone),
      query,
    ),
  )
})

test('who has cancelled gets nothing, and the others their answer', async () => {
  const rows = rowsOf(randomVectors(9000, 16))
  const held = holding(16, rows)
  const answered: number[] = []
  const rounds = new Rounds({ multiply, found: (id) => void answered.push(id), failed: () => {} })
  const query = {
    vector: unit(randomVectors(1, 16)[0] ?? []),
    shelves: [0, 1, 2],
    limit: 5,
    since: undefined,
  }
  for (const id of [1, 2, 3]) rounds.add(id, held, query)
  rounds.cancel(2)
  rounds.change(() => {})
  rounds.add(4, held, query)
  rounds.add(5, held, query)
  rounds.cancel(4)
  await vi.waitFor(() => expect(answered).toEqual([1, 3, 5]))
})

test('a multiplication that fails fails those who needed it, and the next search works', async () => {
  const held = holding(16, rowsOf(randomVectors(100, 16)))
  let failures = 1
  const { find } = searching((...args) => {
    failures -= 1
    if (failures >= 0) throw new Error('out of memory')
    return multiply(...args)
  })
  const query = {
    vector: unit(randomVectors(1, 16)[0] ?? []),
    shelves: [0, 1, 2],
    limit: 5,
    since: undefined,
  }
  await expect(find(held, query)).rejects.toThrow('out of memory')
  expect(await find(held, query)).toHaveLength(5)
})

function searching(by: Multiply = multiply) {
  const waiting = new Map<number, PromiseWithResolvers<readonly Near[]>>()
  const rounds = new Rounds({
    multiply: by,
    found: (id, near) => waiting.get(id)?.resolve(near),
    failed: (id, error) => waiting.get(id)?.reject(error),
  })
  const find = (held: HeldVectors, query: Sought): Promise<readonly Near[]> => {
    const id = waiting.size
    const asked = Promise.withResolvers<readonly Near[]>()
    waiting.set(id, asked)
    rounds.add(id, held, query)
    return asked.promise
  }
  return { rounds, find }
}

function nearest(held: HeldVectors, queries: readonly Sought[]): Promise<(readonly Near[])[]> {
  const { find } = searching()
  return Promise.all(queries.map((query) => find(held, query)))
}

function rowsOf(vectors: readonly number[][], from = 0): HeldRow[] {
  return vectors.map((vector, i) => ({
    passage: from + i,
    shelf: Math.floor(i / 7) % SHELVES,
    document: `document ${from}-${Math.floor(i / 7)}`,
    changed: i,
    vector: unit(vector),
  }))
}

function holding(dimensions: number, rows: readonly HeldRow[]): HeldVectors {
  const held = new HeldVectors(dimensions, memory)
  for (const row of rows) held.add(row)
  return held
}

function expected(rows: readonly HeldRow[], { vector, shelves, limit, since = 0 }: Sought) {
  const visible = rows.filter(({ shelf, changed }) => shelves.includes(shelf) && changed >= since)
  return bruteForce(vector, visible, limit)
}
