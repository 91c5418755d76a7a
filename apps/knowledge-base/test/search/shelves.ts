import { createHash } from 'node:crypto'
import type { Principal } from '@atoll/auth'
import { createDatabase, withOwner } from '@atoll/database'
import { type TestDatabase, testDatabase } from '@atoll/testing'
import { migrations } from '../../migrations/index.ts'
import { embedPassages } from '../../src/embeddings/embed-passages.ts'
import type { Embedder } from '../../src/embeddings/embedder.ts'
import { settle } from '../../src/import/settle.ts'
import { DocumentId, type Visibility } from '../../src/model.ts'
import { asReader } from '../../src/store/as-reader.ts'
import { type SearchFilter, searchStore } from '../../src/store/search.ts'
import type { Tables } from '../../src/store/tables.ts'
import { nextRevision, writeDocument } from '../../src/store/write-document.ts'

export interface Written {
  title: string
  passages: readonly (string | { headings: string[]; plain: string })[]
  category?: string
  visibility?: Visibility
  groups?: string[]
  updatedAt?: Date
  tenant?: string
}

export interface Found {
  title: string
  score: number
}

const { signal } = new AbortController()

/** Documents in a database of their own, and how words find them. */
export async function shelves(name: string) {
  const files: TestDatabase = await testDatabase({ name, migrations })
  const database = createDatabase<Tables>({ url: files.appUrl, poolSize: 2, applicationName: 'test' })
  const store = searchStore(database)
  return {
    database,
    store,

    async write(documents: readonly Written[], embedder?: Embedder): Promise<void> {
      for (const { tenant = 'acme', ...written } of documents) {
        const document = documentOf(written)
        const vectors = embedder
          ? await embedPassages(embedder, document.title, document.passages, { signal })
          : new Map()
        await withOwner<Tables, unknown>(
          files.ownerUrl,
          async (trx) => writeDocument(trx, tenant, await nextRevision(trx), document, undefined, vectors),
          { tenant },
        )
        await settle(files.ownerUrl, tenant, signal)
      }
    },

    /** Best first, a line for each passage. */
    async byWords(caller: Principal, filter: SearchFilter): Promise<Found[]> {
      const { passages } = await store.byWords(caller, filter, 50, { signal })
      const rows = await asReader(
        database,
        caller,
        (trx) =>
          trx
            .selectFrom('passages as p')
            .innerJoin('documents as d', 'd.id', 'p.document_id')
            .select(['p.id', 'd.title'])
            .execute(),
        { signal, readOnly: true },
      )
      const titles = new Map(rows.map(({ id, title }) => [id, title]))
      return passages.map(({ passage, score }) => ({ title: titles.get(passage) ?? '', score }))
    },

    async close(): Promise<void> {
      await database.close()
      await files.close()
    },
  }
}

function documentOf(written: Omit<Written, 'tenant'>) {
  const { title, category = 'handbook', visibility = 'internal', groups = [], updatedAt } = written
  const passages = written.passages.map((passage, position) => {
    const { headings, plain } = typeof passage === 'string' ? { headings: [], plain: passage } : passage
    return { position, headings, text: plain, plain }
  })
  return {
    id: DocumentId.parse(`doc_${createHash('sha256').update(title).digest('hex').slice(0, 24)}`),
    title,
    category,
    audience: { visibility, groups },
    body: passages.map(({ text }) => text).join('\n\n'),
    mediaType: 'text/markdown',
    updatedAt: updatedAt ?? new Date('2026-06-30T08:00:00Z'),
    updatedBy: 'test',
    passages,
  }
}
