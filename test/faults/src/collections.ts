/** What a collection found in the heap and left there, in megabytes. */
interface Collection {
  readonly isOfYoung: boolean
  readonly before: number
  readonly after: number
}

/** The share of what was allocated between the last so many collections of the young that outlived them. */
export function outlived(said: string, most: number): number {
  const collections = said.split('\n').flatMap(collectionOf)
  let [allocated, kept] = [0, 0]
  const last = collections.slice(-most - 1)
  for (const [at, { isOfYoung, before, after }] of last.entries()) {
    const earlier = last[at - 1]
    if (!earlier || !isOfYoung) continue
    allocated += before - earlier.after
    kept += after - earlier.after
  }
  return kept / allocated
}

/** From a line that Node writes with `--trace-gc`, such as `... ms: Scavenge 60.2 (104.1) -> 34.5 (104.1) MB, ...`. */
function collectionOf(line: string): Collection[] {
  const [, kind, before, after] =
    / ms: (Scavenge|Mark-Compact)[^>]* ([\d.]+) \([\d.]+\) -> ([\d.]+) /.exec(line) ?? []
  return kind ? [{ isOfYoung: kind === 'Scavenge', before: Number(before), after: Number(after) }] : []
}
