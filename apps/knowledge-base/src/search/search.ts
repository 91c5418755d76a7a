import type { Principal } from '@atoll/auth'
import { UnavailableError } from '@atoll/errors'
import type { Embedder } from '../embeddings/embedder.ts'
import type { SearchHit } from '../model.ts'
import type { Options } from '../store/as-reader.ts'
import type { ByWords, SearchFilter, searchStore } from '../store/search.ts'
import type { VectorIndex } from '../vectors/vector-index.ts'
import { fuse, type Scored } from './fuse.ts'
import { groupByDocument } from './group-by-document.ts'

/** Passages that each kind of search may put forward. */
const CANDIDATES = 200
/** Milliseconds after which a search goes on without the meaning of its query. */
const PATIENCE = 2000

/** How much of what the caller may read was searched by meaning. */
export type Meaning = 'full' | 'partial' | 'unavailable'

export interface Searched {
  hits: SearchHit[]
  meaning: Meaning
}

export interface Search {
  /** The best documents for a query, each with its best passage. Throws UnavailableError without the database. */
  (principal: Principal, filter: SearchFilter & { topK: number }, options: Options): Promise<Searched>
}

export interface SearchParts {
  store: ReturnType<typeof searchStore>
  embedder: Embedder
  vectors: VectorIndex
  /** Told why a search went on by words alone. */
  onDegraded(error: unknown): void
}

/** Full text and meaning side by side, fused by score. When meaning cannot be asked, words alone answer. */
export function createSearch({ store, embedder, vectors, onDegraded }: SearchParts): Search {
  return async (principal, { topK, ...filter }, { signal }) => {
    const [byWords, vector] = await Promise.all([
      store.byWords(principal, filter, CANDIDATES, { signal }),
      embed(filter.query, signal),
    ])
    const byMeaning = vector && (await near(principal, filter, byWords, vector, signal))
    const fused = fuse({ words: byWords.passages, meaning: byMeaning?.passages })
    // Several passages of one document count as one hit, so that more are looked at than are asked for.
    const shown = await store.show(
      principal,
      filter.query,
      fused.slice(0, topK * 5).map(({ passage }) => passage),
      {
        signal,
      },
    )
    return { hits: groupByDocument(fused, shown, topK), meaning: byMeaning?.meaning ?? 'unavailable' }
  }

  async function embed(query: string, signal: AbortSignal): Promise<Float32Array | undefined> {
    try {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)])
      return (await embedder.embed([query], { signal: bounded }))[0]
    } catch (error) {
      signal.throwIfAborted()
      onDegraded(error)
      return undefined
    }
  }

  async function near(
    principal: Principal,
    { updatedSince }: SearchFilter,
    { revision, shelves, isPhrase, passages }: ByWords,
    vector: Float32Array,
    signal: AbortSignal,
  ): Promise<{ passages: Scored[]; meaning: Meaning } | undefined> {
    const { model } = embedder
    try {
      const ids = shelves.map(({ id }) => id)
      const query = { vector, model, shelves: ids, since: updatedSince, limit: CANDIDATES, revision }
      const [found, covered] = await Promise.all([
        ids.length === 0 ? [] : vectors.near(principal, query, { signal }),
        store.covered(principal, model, revision),
      ])
      const isFull = shelves.every(({ id, passages }) => (covered.get(id) ?? 0) >= passages)
      const allowed = isPhrase ? new Set(passages.map(({ passage }) => passage)) : undefined
      return {
        passages: found
          .filter(({ passage }) => allowed?.has(passage) ?? true)
          .map(({ passage, similarity }) => ({ passage, score: similarity })),
        meaning: isFull ? 'full' : 'partial',
      }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof UnavailableError)) throw error
      onDegraded(error)
      return undefined
    }
  }
}
