import { exactSearch, MetricKind } from 'usearch'
import type { Block } from './block.ts'
import type { Front } from './front.ts'

export type ScannedRow = readonly [row: number, product: number]

/** Rank all rows of the block by codes for each of the fronts in it, in one pass over memory. */
export function scanBlock(block: Block, fronts: readonly Front[]): ScannedRow[][] {
  const wanted = Math.min(block.rows, Math.max(...fronts.map((front) => front.wanted)))
  const { codes } = block
  const dimensions = codes.length / block.rows
  // The library reads from the start of a buffer, whatever part of it the array shows.
  const queries = new Int8Array(fronts.length * dimensions)
  for (const [index, { search }] of fronts.entries()) queries.set(search.codes, index * dimensions)
  const { keys, distances } = exactSearch(codes, queries, dimensions, wanted, MetricKind.IP, 1)
  return fronts.map((_, index) =>
    Array.from({ length: wanted }, (_, rank): ScannedRow => {
      const place = index * wanted + rank
      return [Number(keys[place]), 1 - (distances[place] as number)]
    }),
  )
}
