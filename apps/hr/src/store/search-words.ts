import { InvalidError } from '@atoll/errors'
import { type RawBuilder, sql } from 'kysely'
import type { Condition, SearchFilters } from './search-conditions.ts'
import type { SurveyedWord } from './survey-words.ts'

/** The beginning of a word that somebody must have, anywhere or in their role. */
export interface Word {
  beginning: string
  field: 'any' | 'role'
}

const MOST_WORDS = 8

/** Throws InvalidError where nothing but punctuation was given. */
export function wordsOf({ text, role }: SearchFilters): Word[] {
  return [
    ...(text === undefined || text.includes('@') ? [] : split('text', text, 'any')),
    ...(role === undefined ? [] : split('role', role, 'role')),
  ]
}

export function isIn(field: Word['field'], table = 't'): Condition {
  return field === 'role' ? sql`${sql.ref(`${table}.field`)} = 'role'` : sql`true`
}

/**
 * Whether an employee has all of these words, by what their terms begin with, asked of each person's own terms: the
 * limit keeps the planner from joining, and joining on an empty text from reading the terms of everybody, as it takes
 * words for as rare as it likes.
 */
export function hasWords(
  employeeId: RawBuilder<unknown>,
  words: readonly Pick<SurveyedWord, 'key' | 'field'>[],
): Condition {
  const conditions = words.map(
    ({ key, field }) => sql`(
      select true from employee_terms o
      where o.employee_id = ${employeeId} and starts_with(o.term || '', ${key}) and ${isIn(field, 'o')}
      limit 1
    )`,
  )
  return sql`${sql.join([sql`true`, ...conditions], sql` and `)}`
}

function split(argument: string, value: string, field: Word['field']): Word[] {
  const found = value.split(/[\s.,;:/&+()'"_-]+/).filter((word) => word !== '')
  if (found.length === 0) throw new InvalidError(`${argument} needs at least one letter or digit.`)
  return found.slice(0, MOST_WORDS).map((beginning) => ({ beginning, field }))
}
