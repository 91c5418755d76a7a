export interface Scored {
  passage: number
  score: number
}

/** From one column of passages and one of their scores, as threads and the database tell them. */
export function scored(passages: ArrayLike<number>, scores: ArrayLike<number>): Scored[] {
  const all: Scored[] = []
  for (let at = 0; at < passages.length; at += 1) {
    all.push({ passage: passages[at] as number, score: scores[at] ?? 0 })
  }
  return all
}
