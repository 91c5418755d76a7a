import { createDatabase, type Database, withOwner } from '@atoll/database'
import { alice, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { settle } from '../../src/import/settle.ts'
import { DocumentId } from '../../src/model.ts'
import { createDegradation } from '../../src/search/degradation.ts'
import { createSearch } from '../../src/search/search.ts'
import { searchStore } from '../../src/store/search.ts'
import type { Tables } from '../../src/store/tables.ts'
import { nextRevision, writeDocument } from '../../src/store/write-document.ts'
import type { VectorIndex } from '../../src/vectors/vector-index.ts'

let files: TestDatabase
let database: Database<Tables>
const { signal } = new AbortController()
const caller = alice('kb:read')
const QUERY = 'parking permit'

beforeAll(async () => {
  files = await testDatabase({ name: 'kb-search', migrations })
  await withOwner<Tables, void>(
    files.ownerUrl,
    async (trx) => {
      const revision = await nextRevision(trx)
      for (const [number, passages] of DOCUMENTS.entries()) {
        const document = documentOf(number, passages)
        await writeDocument(trx, caller.tenant, revision, document, undefined, new Map())
      }
    },
    { tenant: caller.tenant },
  )
  await settle(files.ownerUrl, caller.tenant, signal)
  database = createDatabase<Tables>({ url: files.appUrl, poolSize: 4, applicationName: 'test' })
})

afterAll(async () => {
  await database?.close()
  await files?.close()
})

test('quotes the best passage of each document that is shown', async () => {
  const { hits } = await searchWith(nothingNear)(caller, { query: QUERY, topK: 2 }, { signal })
  expect(hits).toHaveLength(2)
  for (const { snippet } of hits) expect(snippet).toMatch(/\*\*parking\*\*/i)
  expect(hits.flatMap(({ more_passages }) => more_passages)).not.toHaveLength(0)
})

test('answers by words while the vectors are still on their way', async () => {
  const degraded: unknown[] = []
  const search = searchWith(stillLoading, (error) => degraded.push(error))
  const { hits, meaning } = await search(caller, { query: QUERY, topK: 3 }, { signal })
  expect(meaning).toBe('unavailable')
  expect(hits.map(({ found_by }) => found_by)).toEqual([['words'], ['words'], ['words']])
  expect(degraded).toHaveLength(1)
})

test('puts the document with most of the words first', async () => {
  const { hits } = await searchWith(nothingNear)(
    caller,
    { query: 'office parking garage', topK: 1 },
    { signal },
  )
  expect(hits[0]?.title).toBe('Document 1')
})

const DOCUMENTS = [
  ['A parking permit costs nothing.', 'Ask the office for a parking permit.'],
  ['The parking garage of the office is open at night.', 'Every permit names a parking place.'],
  ['Parking without a permit is not allowed.'],
  ['The office is closed on Sundays.'],
]

function documentOf(number: number, passages: readonly string[]) {
  return {
    id: DocumentId.parse(`doc_${String(number).padStart(24, '0')}`),
    title: `Document ${number}`,
    category: 'handbook',
    audience: { visibility: 'internal' as const, groups: [] },
    body: passages.join('\n\n'),
    mediaType: 'text/markdown',
    updatedAt: new Date(),
    updatedBy: 'test',
    passages: passages.map((text, position) => ({ position, headings: [], text, plain: text })),
  }
}

function searchWith(near: VectorIndex['near'], onDegraded: (error: unknown) => void = () => {}) {
  return createSearch({
    store: searchStore(database),
    embedder: {
      model: 'test',
      dimensions: 2,
      embed: async (texts) => texts.map(() => Float32Array.of(1, 0)),
      close: async () => {},
    },
    vectors: { near, close: async () => {} },
    synonymsOf: () => [],
    meaning: createDegradation(onDegraded),
  })
}

const nothingNear: VectorIndex['near'] = async () => []

const stillLoading: VectorIndex['near'] = (_principal, _query, { signal: asked }) =>
  new Promise((_, reject) => asked.addEventListener('abort', () => reject(asked.reason), { once: true }))
