import type { Near } from '../vector-index.ts'
import type { Block } from './block.ts'
import { type Candidate, Front } from './front.ts'
import type { HeldVectors } from './held-vectors.ts'
import { scanBlock } from './scan-block.ts'
import { Search, type Sought } from './search.ts'

/**
 * The nearest of each query, exactly. Codes say whose similarity is worth computing: that of all rows which might
 * belong to the best, given the most that codes can be wrong by.
 */
export function nearest(held: HeldVectors, queries: readonly Sought[]): (readonly Near[])[] {
  const searches = queries.map((query) => new Search(query))
  let fronts = searches.flatMap((search, index) => {
    const blocks = held.blocks(queries[index]?.shelves ?? [])
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0)
    return blocks.flatMap((block) => Front.open(search, block, rows) ?? [])
  })
  while (fronts.length > 0) {
    offer(scan(fronts))
    fronts = fronts.flatMap((front) => front.next() ?? [])
  }
  return searches.map(({ best }) => best.found)
}

function scan(fronts: readonly Front[]): Candidate[] {
  const byBlock = Map.groupBy(fronts, ({ block }): Block => block)
  return [...byBlock].flatMap(([block, inBlock]) =>
    scanBlock(block, inBlock).flatMap((rows, index) => inBlock[index]?.take(rows) ?? []),
  )
}

/** The most promising first, which soon rules out the rest. */
function offer(candidates: Candidate[]): void {
  candidates.sort((a, b) => b.bound - a.bound)
  for (const { front, row, bound } of candidates) {
    if (bound >= front.search.best.bar) front.offer(row)
  }
}
