import { join } from 'node:path'
import { createDatabase, type Database } from '@atoll/database'
import { amongMany, keptPlans, plansWithin, principal, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { DocumentId } from '../../src/model.ts'
import { documentStore } from '../../src/store/documents.ts'
import { searchStore } from '../../src/store/search.ts'
import type { Tables } from '../../src/store/tables.ts'
import { signal } from '../library.ts'
import { documentId, fillMany } from './many-documents.ts'

/** Tables with a row for each document, passage or word; of shelves there are few at any size. */
const BIG = /documents|passages|terms|lexemes|spellings/

const tenant = 'many'
const reader = principal({ subject: 'rae', tenant, scopes: ['kb:read'] })

let target: TestDatabase
let database: Database<Tables>
beforeAll(async () => {
  target = await testDatabase({ name: 'kb-plans', migrations })
  await fillMany(target.ownerUrl, tenant)
  database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'kb-test' })
})
afterAll(async () => {
  await database?.close()
  await target?.close()
})

const storesOver = (over: Database<Tables>) => ({ search: searchStore(over), documents: documentStore(over) })
type Stores = ReturnType<typeof storesOver>
const options = { signal }
const MOST = 60
const id = DocumentId.parse(documentId(1234))

const QUERIES: Record<string, (stores: Stores) => Promise<unknown>> = {
  'search-by-words': ({ search }) =>
    search.byWords(reader, { query: 'Who decides about the budget of a project?' }, MOST, options),
  'search-a-category': ({ search }) =>
    search.byWords(reader, { query: 'travel costs', category: 'travel' }, MOST, options),
  'search-since': ({ search }) =>
    search.byWords(reader, { query: 'security', updatedSince: new Date('2026-01-01') }, MOST, options),
  'search-a-phrase': ({ search }) =>
    search.byWords(reader, { query: '"within five working days"' }, MOST, options),
  'search-with-synonyms': ({ search }) =>
    search.byWords(reader, { query: 'cash', synonyms: [['budget', 'travel costs']] }, MOST, options),
  'search-misspelt': ({ search }) => search.byWords(reader, { query: 'managment' }, MOST, options),
  'show-passages': ({ search }) => search.show(reader, [11, 222, 3333, 14_444], 10, options),
  'get-document': ({ documents }) => documents.find(reader, id, { from: 2, to: 5 }, options),
  'document-text': ({ documents }) => documents.text(reader, id, options),
  'list-documents': ({ documents }) => documents.list(reader, { after: undefined, limit: 100 }, options),
  'list-documents-next-page': ({ documents }) =>
    documents.list(reader, { after: ['Management and Costs', id], limit: 100 }, options),
  'complete-ids': ({ documents }) => documents.idsLike(reader, 'doc_0000', options),
}

keptPlans({
  directory: join(import.meta.dirname, '../../src/store/plans'),
  queries: QUERIES,
  plans: (ask) =>
    plansWithin({ ...target, adminUrl: amongMany(target.adminUrl) }, database, (recorded) =>
      ask(storesOver(recorded)),
    ),
  big: BIG,
})
