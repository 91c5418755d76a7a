import type { Principal } from '@atoll/auth'
import type { SearchHit } from '../model.ts'
import type { Options } from '../store/as-reader.ts'
import type { SearchFilter, searchStore } from '../store/search.ts'
import { timed } from '../timed.ts'
import { type ByMeaningParts, createByMeaning, type Meaning } from './by-meaning.ts'
import { fuse } from './fuse.ts'
import { groupByDocument } from './group-by-document.ts'
import { snippet, sought } from './snippet.ts'
import type { SynonymsOf } from './synonyms/synonyms-of.ts'

/** Passages that each kind of search may put forward. */
const CANDIDATES = 200

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

export interface SearchParts extends ByMeaningParts {
  store: ReturnType<typeof searchStore>
  /** For each phrase of a query that has some, what else it may be called. */
  synonymsOf: SynonymsOf
}

/** Full text and meaning side by side, fused by score. When meaning cannot be asked, words alone answer. */
export function createSearch(parts: SearchParts): Search {
  const { store, synonymsOf } = parts
  const beginByMeaning = createByMeaning(parts)
  return async (principal, { topK, ...asked }, { signal }) => {
    const filter = { ...asked, synonyms: synonymsOf(asked.query) }
    const endByMeaning = beginByMeaning(principal, filter, CANDIDATES, signal)
    const byWords = await timed('words', () => store.byWords(principal, filter, CANDIDATES, { signal }))
    const byMeaning = await endByMeaning(byWords)
    // Several passages of one document count as one hit, so that more are looked at than are asked for.
    const fused = fuse({ words: byWords.passages, meaning: byMeaning?.passages }, topK * 5)
    const passages = fused.map(({ passage }) => passage)
    const shown = await timed('show', () => store.show(principal, passages, topK, { signal }))
    const seeking = sought(byWords.lexemes)
    const hits = groupByDocument(fused, shown, topK, (text) => snippet(text, seeking))
    return { hits, meaning: byMeaning?.meaning ?? 'unavailable' }
  }
}
