import { InvalidError } from '@atoll/errors'
import { type RawBuilder, sql, type Transaction } from 'kysely'
import { dimension } from '../dimensions/catalogue.ts'
import { Grain } from '../model.ts'
import type { Tables } from '../store/tables.ts'
import { isWhole } from './calendar.ts'
import { pickSource } from './pick-source.ts'
import type { Question } from './question.ts'
import type { Source } from './sources.ts'

interface Explained {
  'QUERY PLAN': readonly [{ Plan: { 'Total Cost': number } }]
}

/** What PostgreSQL thinks a statement costs, in its own unit: about 1 for each page of 8 kB read in a row. */
export async function costOf(trx: Transaction<Tables>, statement: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<Explained>`explain (format json) ${statement}`.execute(trx)
  return rows[0]?.['QUERY PLAN'][0].Plan['Total Cost'] ?? 0
}

/** Says why a question is refused before it runs, and what to ask instead. */
export function tooCostly(question: Question, source: Source, cost: number, limit: number): InvalidError {
  return new InvalidError(
    `This would read too much at once (estimated cost ${Math.round(cost)}, at most ${limit}). ${advice(question, source).join(' ')}`,
    { details: { cost: Math.round(cost), limit } },
  )
}

function advice(question: Question, source: Source): string[] {
  const { range, dimensions, filters, grain } = question
  const tips: string[] = []
  if (source.facts) {
    const cheaper = dimensions.filter((name) => answersFromSums(without(question, name)))
    if (cheaper.length > 0) tips.push(`Leave out the dimension ${cheaper.join(' or ')}.`)
    if (!isWhole('month', range) && answersFromSums({ ...question, range: {} }))
      tips.push('Ask for whole months or years: from the first day of one to the last day of another.')
    const grains = Grain.options.filter(
      (each) => each !== grain && answersFromSums({ ...question, grain: each }),
    )
    if (grain && grains.length > 0) tips.push(`Ask by ${grains.join(' or ')}.`)
  }
  tips.push(
    range.from === undefined || range.to === undefined
      ? 'Give from and to, such as one year.'
      : 'Ask for a shorter time.',
  )
  if (filters.every((filter) => filter.not || dimension(filter.dimension).key !== 'customer_id'))
    tips.push('Filter by customer, or ask for fewer dimensions.')
  return tips
}

function answersFromSums(question: Question): boolean {
  const source = pickSource(question)
  return source !== undefined && !source.facts
}

function without(question: Question, name: string): Question {
  return { ...question, dimensions: question.dimensions.filter((each) => each !== name) }
}
