import { UnavailableError } from '@atoll/errors'
import type { PlainPassage } from '../reading/extracted.ts'
import type { Vectors } from '../store/write-document.ts'
import type { Embedder } from './embedder.ts'

/** What the model reads of a passage: its place in the document says half of what it is about. */
export function meaningOf(
  title: string,
  { headings, plain }: Pick<PlainPassage, 'headings' | 'plain'>,
): string {
  return `${[title, ...headings].join(' - ')}. ${plain}`
}

/** The vectors of a document's passages, by position. Throws UnavailableError. */
export async function embedPassages(
  embedder: Embedder,
  title: string,
  passages: readonly PlainPassage[],
  { signal }: { signal: AbortSignal },
): Promise<Vectors> {
  const texts = passages.map((passage) => meaningOf(title, passage))
  const vectors = texts.length === 0 ? [] : await embedder.embed(texts, { signal })
  return new Map(
    passages.flatMap(({ position }, index) => {
      const vector = vectors[index]
      return vector ? [[position, { model: embedder.model, vector }]] : []
    }),
  )
}

/** The same, but nothing while the model cannot be asked: the server adds the vectors later. */
export async function embedOrSkip(...asked: Parameters<typeof embedPassages>): Promise<Vectors> {
  try {
    return await embedPassages(...asked)
  } catch (error) {
    if (error instanceof UnavailableError) return new Map()
    throw error
  }
}
