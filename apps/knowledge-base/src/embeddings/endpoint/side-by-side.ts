/** Run `work` on each item, on at most `limit` at once. The first failure stops the others and is thrown. */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const results: Result[] = []
  const waiting = items.entries()
  const lane = async () => {
    for (const [place, item] of waiting) results[place] = await work(item, either)
  }
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane))
    return results
  } catch (error) {
    stop.abort()
    throw error
  }
}
