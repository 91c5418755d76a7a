import type { Embedder } from './embedder.ts'

/**
 * Several of the same embedder as one: each request goes to the one with the fewest texts to do. One core for each
 * gets more done than all cores for one, whose steps are too short to be divided.
 */
export function shareWork<E extends Embedder>(embedders: readonly [E, ...E[]]): Embedder {
  const [{ model, dimensions }] = embedders
  const waiting = new Map(embedders.map((embedder) => [embedder, 0]))

  return {
    model,
    dimensions,
    async embed(texts, options) {
      const least =
        embedders.toSorted((a, b) => (waiting.get(a) ?? 0) - (waiting.get(b) ?? 0))[0] ?? embedders[0]
      waiting.set(least, (waiting.get(least) ?? 0) + texts.length)
      try {
        return await least.embed(texts, options)
      } finally {
        waiting.set(least, (waiting.get(least) ?? 0) - texts.length)
      }
    },
    async close() {
      await Promise.all(embedders.map((embedder) => embedder.close()))
    },
  }
}
