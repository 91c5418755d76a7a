import { InvalidError } from '@atoll/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Near, NearQuery } from '../../src/vectors/vector-index.ts'
import { bruteForce } from './brute-force.ts'
import { library, unit } from './library.ts'
import { randomVectors } from './random-vectors.ts'
import { inMemory, inPglite, inPgvector, type Subject } from './subjects.ts'

const pgvectorUrl = process.env.TEST_PGVECTOR_URL
const kinds: [name: string, start: () => Promise<Subject>][] = [
  ['in memory', inMemory],
  ['by pgvector in this process', inPglite],
  ...(pgvectorUrl
    ? [['by pgvector', () => inPgvector(pgvectorUrl)] as [string, () => Promise<Subject>]]
    : []),
]

const NORTH = [0, 1, 0]
const EAST = [1, 0, 0]
const NORTH_EAST = [1, 1, 0]

describe.each(kinds)('nearest passages %s', (_, start) => {
  let subject: Subject
  let tenants = 0
  const { signal } = new AbortController()

  beforeAll(async () => {
    subject = await start()
  })
  afterAll(() => subject?.close())

  async function newLibrary() {
    tenants += 1
    const made = library(subject.database, `tenant-${tenants}`)
    return { ...made, shelf: await made.shelf('guides'), addShelf: made.shelf }
  }
  type Library = Awaited<ReturnType<typeof newLibrary>>

  const near = ({ principal }: Library, query: NearQuery, options = { signal }) =>
    subject.index.near(principal, query, options)

  test('come best first, with their similarity', async () => {
    const all = await newLibrary()
    const [east, north, between] = await all.write({
      document: 'a',
      shelf: all.shelf,
      vectors: [EAST, NORTH, NORTH_EAST],
    })
    const found = await near(all, all.query(NORTH, { shelves: [all.shelf] }))
    expect(passages(found)).toEqual([north, between, east])
    expect(found.map(({ score }) => score)).toEqual([
      expect.closeTo(1, 5),
      expect.closeTo(Math.SQRT1_2, 5),
      expect.closeTo(0, 5),
    ])
  })

  test('come in the order of passages where they are equally near', async () => {
    const all = await newLibrary()
    const ids = await all.write({ document: 'a', shelf: all.shelf, vectors: Array(9).fill(NORTH) })
    const found = await near(all, all.query(NORTH, { shelves: [all.shelf], limit: 5 }))
    expect(passages(found)).toEqual(ids.slice(0, 5))
  })

  test('are those that comparing with every vector finds', async () => {
    const all = await newLibrary()
    const vectors = randomVectors(300, 24)
    const ids = await all.write({ document: 'a', shelf: all.shelf, vectors })
    for (const query of randomVectors(5, 24)) {
      const found = await near(all, all.query(query, { shelves: [all.shelf], limit: 20 }))
      expect(passages(found)).toEqual(
        passages(
          bruteForce(
            unit(query),
            vectors.map((vector, i) => ({ passage: ids[i] ?? 0, vector: unit(vector) })),
            20,
          ),
        ),
      )
    }
  })

  test('stand on the shelves that were asked for', async () => {
    const all = await newLibrary()
    const other = await all.addShelf('plans')
    const [guide, plan] = await all.write(
      { document: 'a', shelf: all.shelf, vectors: [EAST] },
      { document: 'b', shelf: other, vectors: [NORTH] },
    )
    const found = async (...shelves: number[]) => passages(await near(all, all.query(NORTH, { shelves })))
    expect(await found(all.shelf)).toEqual([guide])
    expect(await found(other)).toEqual([plan])
    expect(await found(all.shelf, other)).toEqual([plan, guide])
    expect(await found()).toEqual([])
  })

  test('changed at a moment or later, when one is given', async () => {
    const all = await newLibrary()
    const days = ['2025-01-01', '2025-02-01', '2025-03-01'].map((day) => new Date(day))
    const [, second, third] = await all.write(
      ...days.map((changed, i) => ({
        document: `d${i}`,
        shelf: all.shelf,
        vectors: [[3 - i, 1, 0]],
        changed,
      })),
    )
    const since = days[1]
    expect(passages(await near(all, all.query(EAST, { shelves: [all.shelf], limit: 2, since })))).toEqual([
      second,
      third,
    ])
  })

  test('are all there are when more are asked for', async () => {
    const all = await newLibrary()
    const ids = await all.write({ document: 'a', shelf: all.shelf, vectors: [NORTH, NORTH_EAST, EAST] })
    expect(passages(await near(all, all.query(NORTH, { shelves: [all.shelf], limit: 1000 })))).toEqual(ids)
  })

  test('are none in a tenant without documents', async () => {
    const all = await newLibrary()
    expect(await near(all, all.query(NORTH, { shelves: [all.shelf] }))).toEqual([])
  })

  test('are as fresh as what the caller has seen', async () => {
    const all = await newLibrary()
    const shelves = [all.shelf]
    const found = async () => passages(await near(all, all.query(NORTH, { shelves })))
    const [kept] = await all.write({ document: 'kept', shelf: all.shelf, vectors: [NORTH_EAST] })
    expect(await found()).toEqual([kept])
    const first = await all.write({ document: 'a', shelf: all.shelf, vectors: [EAST, NORTH] })
    expect(await found()).toEqual([first[1], kept, first[0]])
    const [second] = await all.write({ document: 'a', shelf: all.shelf, vectors: [NORTH] })
    expect(await found()).toEqual([second, kept])
    await all.remove('a')
    expect(await found()).toEqual([kept])
  })

  test('follow a document to another shelf', async () => {
    const all = await newLibrary()
    const secret = await all.addShelf('secret')
    const [before] = await all.write({ document: 'a', shelf: all.shelf, vectors: [NORTH] })
    const found = async (shelf: number) => passages(await near(all, all.query(NORTH, { shelves: [shelf] })))
    expect(await found(all.shelf)).toEqual([before])
    const [moved] = await all.write({ document: 'a', shelf: secret, vectors: [NORTH] })
    expect([await found(all.shelf), await found(secret)]).toEqual([[], [moved]])
  })

  test('belong to the caller’s tenant, whatever shelves are named', async () => {
    const [mine, theirs] = [await newLibrary(), await newLibrary()]
    await theirs.write({ document: 'a', shelf: theirs.shelf, vectors: [NORTH] })
    const [own] = await mine.write({ document: 'a', shelf: mine.shelf, vectors: [EAST] })
    const shelves = [mine.shelf, theirs.shelf]
    expect(passages(await near(mine, mine.query(NORTH, { shelves })))).toEqual([own])
  })

  test('were embedded with the model that was asked for', async () => {
    const all = await newLibrary()
    const written = { document: 'a', shelf: all.shelf, vectors: [EAST, NORTH] }
    const ids = await all.write(written)
    const model = "the other's model"
    await all.embed({ ...written, vectors: [NORTH, EAST], model }, ids)
    const found = async (query = {}) =>
      passages(await near(all, all.query(NORTH, { shelves: [all.shelf], limit: 1, ...query })))
    expect(await found()).toEqual([ids[1]])
    expect(await found({ model })).toEqual([ids[0]])
    expect(await found({ model: 'unknown' })).toEqual([])
  })

  test('are refused for a vector with other dimensions', async () => {
    const all = await newLibrary()
    await all.write({ document: 'a', shelf: all.shelf, vectors: [NORTH] })
    const asked = near(all, all.query([1, 0, 0, 0], { shelves: [all.shelf] }))
    await expect(asked).rejects.toThrow(InvalidError)
    await expect(asked).rejects.toThrow('has 4 dimensions, the passages have 3')
  })

  test.each([
    ['a limit of 0', { limit: 0 }, 'from 1 to 1000'],
    ['a limit with a fraction', { limit: 1.5 }, 'from 1 to 1000'],
    ['a limit beyond reason', { limit: 1001 }, 'from 1 to 1000'],
    ['a vector of zeros', { vector: new Float32Array(3) }, 'length 1'],
    ['a vector of no numbers', { vector: new Float32Array(3).fill(Number.NaN) }, 'length 1'],
    ['an empty vector', { vector: new Float32Array(0) }, 'length 1'],
  ])('are refused for %s', async (_name, wrong, message) => {
    const all = await newLibrary()
    const asked = near(all, all.query(NORTH, { shelves: [all.shelf], ...wrong }))
    await expect(asked).rejects.toThrow(InvalidError)
    await expect(asked).rejects.toThrow(message)
  })

  test('can have a single dimension', async () => {
    const all = await newLibrary()
    const [same, opposite] = await all.write({ document: 'a', shelf: all.shelf, vectors: [[2], [-3]] })
    expect(await near(all, all.query([5], { shelves: [all.shelf] }))).toEqual([
      { passage: same, score: 1 },
      { passage: opposite, score: -1 },
    ])
  })

  test('are not looked for when the caller has gone', async () => {
    const all = await newLibrary()
    await all.write({ document: 'a', shelf: all.shelf, vectors: [NORTH] })
    const gone = new AbortController()
    gone.abort(new Error('the caller has gone'))
    const asked = near(all, all.query(NORTH, { shelves: [all.shelf] }), { signal: gone.signal })
    await expect(asked).rejects.toThrow('the caller has gone')
  })

  test('are told to each of many callers at once', async () => {
    const all = await newLibrary()
    const vectors = randomVectors(50, 8)
    const ids = await all.write({ document: 'a', shelf: all.shelf, vectors })
    const found = await Promise.all(
      vectors.map((vector) => near(all, all.query(vector, { shelves: [all.shelf], limit: 1 }))),
    )
    expect(found.flatMap(passages)).toEqual(ids)
  })
})

function passages(near: readonly Near[]): number[] {
  return near.map(({ passage }) => passage)
}
