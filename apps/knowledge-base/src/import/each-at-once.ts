/** Run `work` on every item, several at a time, in their order. The first error stops what has not begun. */
export async function eachAtOnce<T>(
  items: Iterable<T>,
  most: number,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const waiting = items[Symbol.iterator]()
  let hasFailed = false
  const run = async () => {
    for (let next = waiting.next(); !next.done && !hasFailed; next = waiting.next()) {
      signal.throwIfAborted()
      await work(next.value).catch((error) => {
        hasFailed = true
        throw error
      })
    }
  }
  await Promise.all(Array.from({ length: most }, run))
}
