/** The same numbers for the same seed, from -1 to 1. */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1
  }
}

export function randomVectors(count: number, dimensions: number, seed = count): number[][] {
  const next = randomNumbers(seed)
  return Array.from({ length: count }, () => Array.from({ length: dimensions }, next))
}
