import type { Near } from '../../src/vectors/vector-index.ts'

export interface Compared {
  passage: number
  vector: Float32Array
}

/** What every search must find: each vector compared, all of them sorted. */
export function bruteForce(query: Float32Array, rows: readonly Compared[], limit: number): Near[] {
  return rows
    .map(({ passage, vector }) => ({ passage, score: innerProduct(query, vector) }))
    .sort((a, b) => b.score - a.score || a.passage - b.passage)
    .slice(0, limit)
}

function innerProduct(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
}
