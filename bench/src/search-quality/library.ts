import { availableParallelism } from 'node:os'
import { basename, resolve } from 'node:path'
import type { Principal } from '@atoll/auth'
import { createDatabase, withOwner } from '@atoll/database'
import { UnavailableError } from '@atoll/errors'
import { migrations } from '@atoll/knowledge-base/migrations/index.ts'
import { createEmbeddedModel } from '@atoll/knowledge-base/src/embeddings/embedded-model.ts'
import { type Outcome, runImport } from '@atoll/knowledge-base/src/import/run-import.ts'
import { createReader } from '@atoll/knowledge-base/src/reading/create-reader.ts'
import { createDegradation } from '@atoll/knowledge-base/src/search/degradation.ts'
import { createSearch, type SearchParts } from '@atoll/knowledge-base/src/search/search.ts'
import { askBySynonyms } from '@atoll/knowledge-base/src/search/synonyms/ask-by-synonyms.ts'
import { loadSynonyms } from '@atoll/knowledge-base/src/search/synonyms/load-synonyms.ts'
import { searchStore } from '@atoll/knowledge-base/src/store/search.ts'
import type { Tables } from '@atoll/knowledge-base/src/store/tables.ts'
import { memoryVectors } from '@atoll/knowledge-base/src/vectors/memory-vectors.ts'
import { freshDatabase } from '../fresh-database.ts'

/** Answers the pages that a search finds for a question, best first. */
export type Ask = (question: string) => Promise<string[]>

export interface Library {
  imported: Outcome
  pages: ReadonlySet<string>
  /** The app's search with both of its halves, and with one alone. */
  ways: Readonly<Record<'words alone' | 'meaning alone' | 'both', Ask>>
  close(): Promise<void>
}

const TENANT = 'bench'
/** As many documents as a caller may ask for at once. */
export const DEEPEST = 20

const reader: Principal = {
  subject: 'reader',
  tenant: TENANT,
  scopes: new Set(['kb:read', 'kb:confidential']),
  roles: new Set(),
  clientId: 'bench',
  issuer: 'bench',
  expiresAt: Number.POSITIVE_INFINITY,
}

/** Import a folder into a fresh database as the app does. */
export async function openLibrary(directory: string): Promise<Library> {
  const { ownerUrl, appUrl, close: drop } = await freshDatabase('search_quality', migrations)
  const embedder = createEmbeddedModel()
  const database = createDatabase<Tables>({ url: appUrl, applicationName: 'bench', statementTimeout: 10_000 })
  const vectors = memoryVectors(database)
  const close = async () => {
    await vectors.close()
    await Promise.all([embedder.close(), database.close()])
    await drop()
  }
  try {
    const imported = await importFolder(ownerUrl, directory, embedder)
    const pathOf = await pathsOf(ownerUrl)
    const synonymsOf = loadSynonyms({})
    const parts: SearchParts = {
      store: searchStore(database),
      embedder: askBySynonyms(embedder, synonymsOf),
      vectors,
      synonymsOf,
      meaning: createDegradation(() => {}),
    }
    const way = (alone: SearchParts): Ask => {
      const search = createSearch(alone)
      return async (query) => {
        const { hits } = await search(
          reader,
          { query, topK: DEEPEST },
          { signal: AbortSignal.timeout(30_000) },
        )
        return hits.map((hit) => pathOf.get(hit.document_id) ?? '')
      }
    }
    const ways = {
      'words alone': way(withoutMeaning(parts)),
      'meaning alone': way(withoutWords(parts)),
      both: way(parts),
    }
    return { imported, pages: new Set(pathOf.values()), ways, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What callers get while the model is away. */
function withoutMeaning(parts: SearchParts): SearchParts {
  const embed = async () => {
    throw new UnavailableError('This search goes without meaning.')
  }
  return { ...parts, embedder: { ...parts.embedder, embed } }
}

/** No words of the question are found anywhere. */
function withoutWords(parts: SearchParts): SearchParts {
  const { store } = parts
  return {
    ...parts,
    store: { ...store, byWords: async (...asked) => ({ ...(await store.byWords(...asked)), passages: [] }) },
  }
}

async function importFolder(
  ownerUrl: string,
  directory: string,
  embedder: SearchParts['embedder'],
): Promise<Outcome> {
  const documents = createReader({ concurrency: availableParallelism() })
  try {
    return await runImport({
      ownerUrl,
      tenant: TENANT,
      directory: resolve(directory),
      source: basename(resolve(directory)),
      defaults: { category: undefined, audience: { visibility: 'internal', groups: [] } },
      mayEmpty: false,
      reader: documents,
      embedder,
      progress: () => ({ update() {}, stop() {} }),
      signal: AbortSignal.timeout(3_600_000),
    })
  } finally {
    await documents.close()
  }
}

async function pathsOf(ownerUrl: string): Promise<ReadonlyMap<string, string>> {
  const rows = await withOwner<Tables, { id: string; path: string | null }[]>(
    ownerUrl,
    (trx) => trx.selectFrom('documents').select(['id', 'path']).execute(),
    { tenant: TENANT, signal: AbortSignal.timeout(10_000) },
  )
  return new Map(rows.map(({ id, path }) => [id, path ?? '']))
}
