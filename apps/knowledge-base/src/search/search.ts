import type { Principal } from '@atoll/auth'
import { UnavailableError } from '@atoll/errors'
import type { Embedder } from '../embeddings/embedder.ts'
import type { SearchHit } from '../model.ts'
import type { Options } from '../store/as-reader.ts'
import type { ByWords, SearchFilter, searchStore } from '../store/search.ts'
import { timed } from '../timed.ts'
import type { VectorIndex } from '../vectors/vector-index.ts'
import type { Degradation } from './degradation.ts'
import { fuse, type Scored } from './fuse.ts'
import { groupByDocument } from './group-by-document.ts'
import { snippet, sought } from './snippet.ts'
import type { SynonymsOf } from './synonyms/synonyms-of.ts'

/** Passages that each kind of search may put forward. */
const CANDIDATES = 200
/** Milliseconds after which a search goes on without the meaning of its query, and then without vectors that load. */
const PATIENCE = 2000

/** How much of what the caller may read was searched by meaning. */
export type Meaning = 'full' | 'partial' | 'unavailable'

export interface Searched {
  hits: SearchHit[]
  meaning: Meaning
}

/** The best documents for a query, each with its best passage. Throws UnavailableError without the database. */
export type Search = (
  principal: Principal,
  filter: Omit<SearchFilter, 'synonyms'> & { topK: number },
  options: Options,
) => Promise<Searched>

export interface SearchParts {
  store: ReturnType<typeof searchStore>
  embedder: Embedder
  vectors: VectorIndex
  /** For each phrase of a query that has some, what else it may be called. */
  synonymsOf: SynonymsOf
  /** Told of each search whether it could compare meanings. */
  meaning: Pick<Degradation, 'worked' | 'failed'>
}

/** Full text and meaning side by side, fused by score. When meaning cannot be asked, words alone answer. */
export function createSearch({ store, embedder, vectors, synonymsOf, meaning }: SearchParts): Search {
  return async (principal, { topK, ...asked }, { signal }) => {
    const filter = { ...asked, synonyms: synonymsOf(asked.query) }
    const [byWords, vector] = await Promise.all([
      timed('words', () => store.byWords(principal, filter, CANDIDATES, { signal })),
      timed('embed', () => embed(filter.query, signal)),
    ])
    const byMeaning = vector && (await timed('near', () => near(principal, filter, byWords, vector, signal)))
    const fused = fuse({ words: byWords.passages, meaning: byMeaning?.passages })
    // Several passages of one document count as one hit, so that more are looked at than are asked for.
    const passages = fused.slice(0, topK * 5).map(({ passage }) => passage)
    const shown = await timed('show', () => store.show(principal, passages, topK, { signal }))
    const seeking = sought(byWords.lexemes)
    const hits = groupByDocument(fused, shown, topK, (text) => snippet(text, seeking))
    return { hits, meaning: byMeaning?.meaning ?? 'unavailable' }
  }

  async function embed(query: string, signal: AbortSignal): Promise<Float32Array | undefined> {
    const patience = within(PATIENCE, signal)
    try {
      return (await embedder.embed([query], patience))[0]
    } catch (error) {
      signal.throwIfAborted()
      meaning.failed(error)
      return undefined
    } finally {
      patience.end()
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
    const patience = within(PATIENCE, signal)
    try {
      const ids = shelves.map(({ id }) => id)
      const query = { vector, model, shelves: ids, since: updatedSince, limit: CANDIDATES, revision }
      const [found, covered] = await Promise.all([
        ids.length === 0 ? [] : vectors.near(principal, query, patience),
        store.covered(principal, model, revision),
      ])
      meaning.worked()
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
      if (!(error instanceof UnavailableError || patience.signal.aborted)) throw error
      meaning.failed(error)
      return undefined
    } finally {
      patience.end()
    }
  }
}

/** A signal that aborts with another, or after so many milliseconds. Unlike AbortSignal.timeout, it leaves no timer. */
function within(milliseconds: number, signal: AbortSignal): { signal: AbortSignal; end(): void } {
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  const timer = setTimeout(() => controller.abort(new DOMException('too late', 'TimeoutError')), milliseconds)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    },
  }
}
