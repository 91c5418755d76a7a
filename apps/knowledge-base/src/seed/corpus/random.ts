/** The same numbers in every run. */
export interface Random {
  /** From 0, below 1. */
  next(): number
  /** A whole number from 0, below `end`. */
  below(end: number): number
  pick<T>(from: readonly T[]): T
  /** Of mean 0 and deviation 1, nearly. */
  normal(): number
}

/** Mulberry32, seeded. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    next,
    below,
    pick: (from) => from[below(from.length)] as (typeof from)[number],
    normal: () => (next() + next() + next() + next() - 2) * Math.sqrt(3),
  }
}
