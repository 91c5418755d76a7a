/** Numbers that look like chance, the same for the same seed on every machine. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number
  /** A whole number from 0, below `end`. */
  below(end: number): number
  /** A whole number, both ends included. */
  between(low: number, high: number): number
  /** Throws RangeError where there is nothing to pick from. */
  pick<T>(items: readonly T[]): T
  chance(probability: number): boolean
  /** Of mean 0 and deviation 1, nearly. */
  normal(): number
}

/** Mulberry32: small, fast, good enough to look natural. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    next,
    below,
    between: (low, high) => low + below(high - low + 1),
    pick(items) {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError('There is nothing to pick from')
      return item
    },
    chance: (probability) => next() < probability,
    normal: () => (next() + next() + next() + next() - 2) * Math.sqrt(3),
  }
}
