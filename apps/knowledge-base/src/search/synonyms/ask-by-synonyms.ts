import type { Embedder } from '../../embeddings/embedder.ts'
import type { SynonymsOf } from './synonyms-of.ts'

/**
 * Tells a small model what each phrase of a query is called first, behind the query itself and in the same vector: it
 * knows everyday words better than those of policies. Not for documents.
 */
export function askBySynonyms(embedder: Embedder, synonymsOf: SynonymsOf): Embedder {
  const explained = (query: string) => [query, ...callings(query, synonymsOf)].join(' ')
  return {
    ...embedder,
    embed: (queries, options) => embedder.embed(queries.map(explained), options),
  }
}

function callings(query: string, synonymsOf: SynonymsOf): string[] {
  const first = new Set(synonymsOf(query).flatMap(([term]) => (term === undefined ? [] : [term])))
  return first.size === 0 ? [] : [[...first].join(', ')]
}
