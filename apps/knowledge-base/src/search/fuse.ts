import { Best } from '../best.ts'
import type { Scored } from '../scored.ts'

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
 * The best so many, best first, by the mean of both halves, each on a scale from 0 to its best (Bruch, Gai and Ingber,
 * TOIS 2023). Unlike ranks, scores tell a half that is sure of what it found from one that is not.
 */
export function fuse({ words, meaning }: Halves, most: number): readonly Ranked[] {
  const best = new Best<Ranked>(most)
  const offer = (passage: number, score: number, foundBy: Ranked['foundBy']) => {
    if (score >= best.bar) best.offer({ passage, score, foundBy })
  }
  const share = meaning ? 0.5 : 1
  const [mostOfWords, mostOfMeaning] = [words[0]?.score ?? 0, meaning?.[0]?.score ?? 0]
  const byWords = new Map<number, number>()
  for (const { passage, score } of words) byWords.set(passage, scaled(score, mostOfWords, 0) * share)
  for (const { passage, score } of meaning ?? []) {
    const byMeaning = scaled(score, mostOfMeaning, FLOOR) * share
    const known = byWords.get(passage)
    byWords.delete(passage)
    if (known === undefined) offer(passage, byMeaning, FOUND_BY.meaning)
    else offer(passage, known + byMeaning, FOUND_BY.both)
  }
  for (const [passage, score] of byWords) offer(passage, score, FOUND_BY.words)
  return best.found
}

/** From 0, at this share of the most, to 1. */
function scaled(score: number, most: number, floor: number): number {
  return most > 0 ? Math.max(0, (score / most - floor) / (1 - floor)) : 0
}
