import type { Ask } from './library.ts'
import type { Question } from './question.ts'

export interface Answered extends Question {
  /** Of the first page that answers, from 1; undefined when it was not among those found. */
  rank: number | undefined
  found: string[]
}

export async function askAll(ask: Ask, questions: readonly Question[]): Promise<Answered[]> {
  const answered: Answered[] = []
  for (const question of questions) {
    const found = await ask(question.question)
    const place = found.findIndex((page) => question.pages.includes(page))
    answered.push({ ...question, found, rank: place < 0 ? undefined : place + 1 })
  }
  return answered
}

/** Share of the questions whose page is among the first `most`. */
export function hitAt(most: number, answered: readonly Answered[]): number {
  return answered.filter(({ rank }) => rank !== undefined && rank <= most).length / answered.length
}

/** Mean of 1 / rank, 0 where nothing was found. */
export function meanReciprocalRank(answered: readonly Answered[]): number {
  return answered.reduce((sum, { rank }) => sum + (rank ? 1 / rank : 0), 0) / answered.length
}
