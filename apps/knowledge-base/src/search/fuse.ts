/** How fast the weight of a place falls with its rank: small, so that what one search puts first stays near the top. */
const K = 10

export interface Ranked {
  passage: number
  /** 0 to 1: 1 where every list puts it first. */
  score: number
  /** Which of the lists hold it. */
  lists: number[]
}

/**
 * Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009): each list adds 1 / (k + rank). Ranks need no
 * common scale, which scores of full text and of vectors do not have.
 */
export function fuse(lists: readonly (readonly number[])[]): Ranked[] {
  const found = new Map<number, { sum: number; lists: number[] }>()
  for (const [list, passages] of lists.entries()) {
    for (const [rank, passage] of passages.entries()) {
      const entry = found.get(passage) ?? { sum: 0, lists: [] }
      entry.sum += 1 / (K + rank + 1)
      entry.lists.push(list)
      found.set(passage, entry)
    }
  }
  const most = lists.length / (K + 1)
  return Array.from(found, ([passage, { sum, lists: in_ }]) => ({
    passage,
    score: sum / most,
    lists: in_,
  })).sort((a, b) => b.score - a.score || a.passage - b.passage)
}
