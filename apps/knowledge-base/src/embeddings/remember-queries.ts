import { LRUCache } from 'lru-cache'
import type { Embedder } from './embedder.ts'

/** About 4 MB of vectors of 512 dimensions. */
const MOST = 2000

/** Answers texts that were asked lately from memory: many people search for the same. Not for documents. */
export function rememberQueries(embedder: Embedder): Embedder {
  const known = new LRUCache<string, Float32Array>({ max: MOST })
  return {
    ...embedder,
    async embed(texts, { signal }) {
      signal.throwIfAborted()
      const found = new Map(texts.map((text) => [text, known.get(text)]))
      const missing = [...found.keys()].filter((text) => found.get(text) === undefined)
      const vectors = missing.length > 0 ? await embedder.embed(missing, { signal }) : []
      for (const [place, vector] of vectors.entries()) {
        const text = missing[place] ?? ''
        found.set(text, vector)
        known.set(text, vector)
      }
      return texts.map((text) => Float32Array.from(found.get(text) ?? []))
    },
  }
}
