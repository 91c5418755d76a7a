export interface Scored {
  passage: number
  score: number
}

export interface Halves {
  /** Scores from 0, which means not a word. */
  words: readonly Scored[]
  /** Inner products. Undefined when meaning could not be asked. */
  meaning: readonly Scored[] | undefined
}

export interface Ranked {
  passage: number
  /** 0 to 1: 1 where every half puts it first. */
  score: number
  foundBy: readonly (keyof Halves)[]
}

const FOUND_BY = { words: ['words'], meaning: ['meaning'], both: ['words', 'meaning'] } as const

/** Texts that have nothing to do with each other are alike too: below this share of the best, likeness says nothing. */
const FLOOR = 0.6

/**
 * The mean of both halves, each on a scale from 0 to its best (Bruch, Gai and Ingber, TOIS 2023). Unlike ranks,
 * scores tell a half that is sure of what it found from one that is not. Best first.
 */
export function fuse({ words, meaning }: Halves): Ranked[] {
  const found = new Map<number, Ranked>()
  const share = meaning ? 0.5 : 1
  for (const half of ['words', 'meaning'] as const) {
    const scored = (half === 'words' ? words : meaning) ?? []
    const floor = half === 'words' ? 0 : FLOOR
    const best = scored[0]?.score ?? 0
    for (const { passage, score } of scored) {
      const scaled = best > 0 ? Math.max(0, (score / best - floor) / (1 - floor)) * share : 0
      const known = found.get(passage)
      if (known) {
        known.score += scaled
        known.foundBy = FOUND_BY.both
      } else found.set(passage, { passage, score: scaled, foundBy: FOUND_BY[half] })
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score || a.passage - b.passage)
}
