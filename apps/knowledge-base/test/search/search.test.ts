import type { Principal } from '@atoll/auth'
import { createDatabase, type Database, withOwner } from '@atoll/database'
import { UnavailableError } from '@atoll/errors'
import { alice, bob, principal, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { settle } from '../../src/import/settle.ts'
import { DocumentId } from '../../src/model.ts'
import { createDegradation } from '../../src/search/degradation.ts'
import { createSearch } from '../../src/search/search.ts'
import { searchStore } from '../../src/store/search.ts'
import type { Tables } from '../../src/store/tables.ts'
import { nextRevision, writeDocument } from '../../src/store/write-document.ts'
import type { NearQuery, VectorIndex } from '../../src/vectors/vector-index.ts'

let files: TestDatabase
let database: Database<Tables>
const { signal } = new AbortController()
const caller = alice('kb:read')
const QUERY = 'parking permit'

beforeAll(async () => {
  files = await testDatabase({ name: 'kb-search', migrations })
  for (const [number, passages] of DOCUMENTS.entries()) await write(number, passages, 'handbook')
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

test('looks near at once where callers with the same rights could look last', async () => {
  const looked: NearQuery[] = []
  let words = Promise.resolve()
  const store = searchStore(database)
  const late: typeof store.byWords = async (...args) => {
    await words
    return await store.byWords(...args)
  }
  const look: VectorIndex['near'] = async (_principal, query) => {
    looked.push(query)
    return []
  }
  const search = searchWith(look, () => {}, { ...store, byWords: late })
  const ask = (who: Principal, category?: string) =>
    search(who, { query: QUERY, topK: 1, category }, { signal })
  const guest = principal({ subject: 'guest', tenant: 'acme', scopes: ['kb:read'], roles: ['guest'] })
  await ask(caller)
  await ask(guest)
  await ask(caller, 'nowhere')
  expect(looked.map(({ shelves }) => shelves.length)).toEqual([1])
  const { promise, resolve } = Promise.withResolvers<void>()
  words = promise
  const asked = [ask(bob('kb:read')), ask(guest), ask(caller, 'nowhere')]
  await vi.waitFor(() => expect(looked).toHaveLength(2))
  resolve()
  for (const { meaning } of await Promise.all(asked)) expect(meaning).not.toBe('unavailable')
  expect(looked).toEqual([looked[0], looked[0]])
})

test('looks once more where what the caller may read has changed meanwhile', async () => {
  const looked: NearQuery[] = []
  const search = searchWith(async (_principal, query) => {
    looked.push(query)
    return []
  })
  const ask = () => search(caller, { query: QUERY, topK: 1 }, { signal })
  await ask()
  await write(9, ['Bicycles need no permit.'], 'yard')
  const { meaning } = await ask()
  expect(meaning).not.toBe('unavailable')
  expect(looked.map(({ shelves }) => shelves.length)).toEqual([1, 1, 2])
  const revisions = looked.map(({ revision }) => Number(revision))
  expect(revisions[1]).toBe(revisions[0])
  expect(revisions[2]).toBeGreaterThan(revisions[1] ?? 0)
  await ask()
  expect(looked).toHaveLength(4)
})

test('what looking too early could not find does not count', async () => {
  let calls = 0
  const degraded: unknown[] = []
  const search = searchWith(
    async () => {
      calls += 1
      if (calls === 2) throw new UnavailableError('It is gone.')
      return []
    },
    (error) => degraded.push(error),
  )
  const ask = () => search(caller, { query: QUERY, topK: 1 }, { signal })
  await ask()
  await write(10, ['Cars need a permit.'], 'handbook')
  expect((await ask()).meaning).not.toBe('unavailable')
  expect([calls, degraded]).toEqual([3, []])
})

const DOCUMENTS = [
  ['A parking permit costs nothing.', 'Ask the office for a parking permit.'],
  ['The parking garage of the office is open at night.', 'Every permit names a parking place.'],
  ['Parking without a permit is not allowed.'],
  ['The office is closed on Sundays.'],
]

async function write(number: number, passages: readonly string[], category: string): Promise<void> {
  const document = { ...documentOf(number, passages), category }
  await withOwner<Tables, void>(
    files.ownerUrl,
    async (trx) =>
      void (await writeDocument(trx, caller.tenant, await nextRevision(trx), document, undefined, new Map())),
    { tenant: caller.tenant },
  )
  await settle(files.ownerUrl, caller.tenant, signal)
}

function documentOf(number: number, passages: readonly string[]) {
  return {
    id: DocumentId.parse(`doc_${String(number).padStart(24, '0')}`),
    title: `Document ${number}`,
    audience: { visibility: 'internal' as const, groups: [] },
    body: passages.join('\n\n'),
    mediaType: 'text/markdown',
    updatedAt: new Date(),
    updatedBy: 'test',
    passages: passages.map((text, position) => ({ position, headings: [], text, plain: text })),
  }
}

function searchWith(
  near: VectorIndex['near'],
  onDegraded: (error: unknown) => void = () => {},
  store = searchStore(database),
) {
  return createSearch({
    store,
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
