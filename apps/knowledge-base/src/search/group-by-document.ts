import type { DocumentId, SearchHit } from '../model.ts'
import type { Hit } from '../store/search.ts'
import type { Ranked } from './fuse.ts'

const MORE = 3

/** One hit for each document: its best passage, quoted, and where else in it to look. */
export function groupByDocument(
  ranked: readonly Ranked[],
  shown: readonly Hit[],
  most: number,
  quote: (text: string) => string,
): SearchHit[] {
  const byId = new Map(shown.map((hit) => [hit.id, hit]))
  const hits = new Map<DocumentId, SearchHit>()
  for (const { passage, score, foundBy } of ranked) {
    const hit = byId.get(passage)
    if (!hit) continue
    const first = hits.get(hit.document_id)
    if (!first && hits.size === most) continue
    const place = { passage: hit.position, heading_path: hit.headings }
    if (!first) {
      hits.set(hit.document_id, {
        document_id: hit.document_id,
        uri: `kb://documents/${hit.document_id}`,
        title: hit.title,
        category: hit.category,
        ...place,
        snippet: quote(hit.plain),
        score: Math.round(score * 1000) / 1000,
        found_by: [...foundBy],
        more_passages: [],
        last_updated: hit.updated_at.toISOString(),
      })
    } else if (first.more_passages.length < MORE) {
      first.more_passages.push(place)
    }
  }
  return [...hits.values()]
}
