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
  foundBy: (keyof Halves)[]
}

/** Texts that have nothing to do with each other are alike too: below this share of the best, likeness says nothing. */
const FLOOR = 0.6

/**
 * The mean of both halves, each on a scale from 0 to its best (Bruch, Gai and Ingber, TOIS 2023). Unlike ranks,
 * scores tell a half that is sure of what it found from one that is not. Best first.
 */
export function fuse({ words, meaning }: Halves): Ranked[] {
  const byWords = onScale(words, 0)
  const byMeaning = meaning && onScale(meaning, FLOOR)
  const scoreOf = (passage: number) => {
    const score = byWords.get(passage) ?? 0
    return byMeaning ? (score + (byMeaning.get(passage) ?? 0)) / 2 : score
  }
  const passages = new Set([...byWords.keys(), ...(byMeaning?.keys() ?? [])])
  return Array.from(passages, (passage) => {
    const foundBy: Ranked['foundBy'] = []
    if (byWords.has(passage)) foundBy.push('words')
    if (byMeaning?.has(passage)) foundBy.push('meaning')
    return { passage, score: scoreOf(passage), foundBy }
  }).sort((a, b) => b.score - a.score || a.passage - b.passage)
}

/** 1 for the best, 0 for that share of it and below. */
function onScale(scored: readonly Scored[], floor: number): Map<number, number> {
  const best = scored[0]?.score ?? 0
  return new Map(
    scored.map(({ passage, score }) => {
      const share = best > 0 ? score / best : 0
      return [passage, Math.max(0, (share - floor) / (1 - floor))]
    }),
  )
}
