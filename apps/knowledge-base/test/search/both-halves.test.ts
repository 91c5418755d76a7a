import { UnavailableError } from '@atoll/errors'
import { alice } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbeddedModel } from '../../src/embeddings/embedded-model.ts'
import type { Embedder } from '../../src/embeddings/embedder.ts'
import { createDegradation } from '../../src/search/degradation.ts'
import { createSearch } from '../../src/search/search.ts'
import type { SynonymsOf } from '../../src/search/synonyms/synonyms-of.ts'
import { memoryVectors } from '../../src/vectors/memory-vectors.ts'
import type { VectorIndex } from '../../src/vectors/vector-index.ts'
import { shelves } from './shelves.ts'

const caller = alice('kb:read')
const model = createEmbeddedModel()
let shelf: Awaited<ReturnType<typeof shelves>>
let vectors: VectorIndex

beforeAll(async () => {
  shelf = await shelves('kb-halves')
  vectors = memoryVectors(shelf.database)
  const documents = [
    { title: 'Vacation', passages: ['Everybody has 25 days of holiday. Ask two weeks before you go.'] },
    { title: 'Funerals', passages: ['When a relative dies, take five days of bereavement leave.'] },
    { title: 'Expenses', passages: ['Send receipts for travel and meals; we pay you back within a week.'] },
    { title: 'Printers', passages: ['The printer on floor 2 is out of toner every other day.'] },
  ]
  await shelf.write(documents, model)
})

afterAll(async () => {
  await vectors?.close()
  await Promise.all([model.close(), shelf?.close()])
})

const none: SynonymsOf = () => []

const ask = async (query: string, embedder: Embedder = model, synonymsOf = none) => {
  const { store } = shelf
  const search = createSearch({ store, embedder, vectors, synonymsOf, meaning: createDegradation(() => {}) })
  return await search(caller, { query, topK: 3 }, { signal: AbortSignal.timeout(10_000) })
}

test('finds by meaning what has none of the words', async () => {
  const { hits, meaning } = await ask('my grandmother passed away')
  expect(hits[0]).toMatchObject({ title: 'Funerals', found_by: ['meaning'] })
  expect(meaning).toBe('full')
})

test('finds by synonyms what has none of the words, and quotes where it says them', async () => {
  const { hits } = await ask('cash from the boss for a taxi', model, () => [['travel', 'receipts']])
  expect(hits[0]).toMatchObject({ title: 'Expenses', found_by: expect.arrayContaining(['words']) })
  expect(hits[0]?.snippet).toContain('**receipts** for **travel**')
})

test('puts what both halves find first', async () => {
  const { hits } = await ask('how many days of holiday do I have?')
  expect(hits[0]).toMatchObject({ title: 'Vacation', found_by: ['words', 'meaning'], score: 1 })
})

test('finds only what holds the words in double quotes, whatever else means the same', async () => {
  const { hits } = await ask('"bereavement leave" for a dead relative')
  expect(hits.map(({ title }) => title)).toEqual(['Funerals'])
  expect((await ask('"bereavement days" toner holiday')).hits).toEqual([])
})

test('answers by words while the model is away', async () => {
  const embed = async () => {
    throw new UnavailableError('Away.')
  }
  const { hits, meaning } = await ask('toner for the printer', { ...model, embed })
  expect(hits.map(({ title, found_by }) => ({ title, found_by }))).toEqual([
    { title: 'Printers', found_by: ['words'] },
  ])
  expect(meaning).toBe('unavailable')
})
