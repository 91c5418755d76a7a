import { createHash } from 'node:crypto'

/** A model's vectors: which weights made them, and how many numbers each holds. */
export interface VectorKind {
  model: string
  dimensions: number
}

/** What pgvector can index: https://github.com/pgvector/pgvector#hnsw */
const MOST_OF_VECTOR = 2000
const MOST_OF_HALFVEC = 4000

export interface IndexedAs {
  type: 'vector' | 'halfvec'
  operators: string
}

/** How pgvector indexes so many dimensions; undefined where it cannot. */
export function indexedAs(dimensions: number): IndexedAs | undefined {
  if (dimensions <= MOST_OF_VECTOR) return { type: 'vector', operators: 'vector_cosine_ops' }
  if (dimensions <= MOST_OF_HALFVEC) return { type: 'halfvec', operators: 'halfvec_cosine_ops' }
  return undefined
}

/** The stored numbers as pgvector's type: word for word what the index is made of, or it is not used. */
export function embeddingAs(type: IndexedAs['type'], dimensions: number): string {
  return `(embedding::${type}(${dimensions}))`
}

/** Model names are free text, names of indexes are not. */
export function indexName({ model, dimensions }: VectorKind): string {
  const digest = createHash('sha256').update(`${model} ${dimensions}`).digest('hex').slice(0, 16)
  return `vectors_near_${digest}`
}
