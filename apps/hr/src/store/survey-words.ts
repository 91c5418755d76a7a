import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { Search } from './search.ts'
import type { Word } from './search-words.ts'
import type { Tables } from './tables.ts'

/** How common a word is. */
export interface SurveyedWord extends Word {
  /** What the term of whoever has the word begins with. */
  key: string
  /** The terms that begin so, in order; of many the first `MOST_TERMS` and one more. */
  terms: string[]
  /** How often they occur, as far as it matters: of few terms between the bounds, and at most `MOST_FEW` and one more. */
  matches: number
}

export interface Survey {
  /** Rarest first. */
  words: SurveyedWord[]
  /** The names between which everybody is who has a term of each word; null where no word stands for few terms. */
  bounds: { first: string; last: string } | null
}

/** Terms of a word that are worth going through one by one. */
export const MOST_TERMS = 16
/** People that are worth looking at one by one. */
export const MOST_FEW = 2000

/** How far occurrences are counted to find the rarest word: of two that are more common either will do. */
export const RARE = 200

/**
 * How common words are, at a price that does not grow with the company. The statement is the same for any words, and
 * its plan looks at none of them, so that it is planned once.
 */
export async function surveyWords(
  trx: Transaction<Tables>,
  words: readonly Word[],
  { sort }: Pick<Search, 'sort'>,
): Promise<Survey> {
  // Those who have a word of few terms are listed by name, as they come: which word is rarest is all there is to know.
  const enough = sort !== 'name' ? MOST_FEW + 1 : words.length === 1 ? 1 : RARE
  const { rows } = await sql<{
    place: number
    key: string
    terms: string[]
    matches: number
    first: string
    last: string
  }>`
    with given as materialized (
      select place::integer, field, search_key(beginning) as key, search_key(beginning) || chr(1114111) as past
      from unnest(
        (select ${words.map(({ beginning }) => beginning)}::text[]), (select ${words.map(({ field }) => field)}::text[])
      ) with ordinality as given (beginning, field, place)
    ),
    words as materialized (select given.*, array(${TERMS}) as terms from given),
    bounds as materialized (
      select max(first) as first, min(last) as last from words, lateral (
        select min(name) as first, max(name) as last from unnest(terms) as listed (term), lateral (
          (select name from employee_terms t where t.term = listed.term order by name, employee_id limit 1)
          union all
          (select name from employee_terms t where t.term = listed.term order by name desc, employee_id desc limit 1)
        ) ends
      ) names
      where cardinality(terms) <= ${sql.lit(MOST_TERMS)}
    )
    select place, key, terms, first, last, ${matchesUpTo(enough)} as matches
    from words, bounds order by matches, place`.execute(trx)
  const [row] = rows
  return {
    words: rows.flatMap(({ place, key, terms, matches }) => {
      const word = words[place - 1]
      return word ? [{ ...word, key, terms, matches }] : []
    }),
    bounds: row && row.first !== null && row.last !== null ? { first: row.first, last: row.last } : null,
  }
}

/** What holds of terms `t` that are a word. */
function isOf(word: 'given' | 'words'): RawBuilder<unknown> {
  const of = (column: string) => sql.ref(`${word}.${column}`)
  return sql`t.term >= ${of('key')} and t.term < ${of('past')} and (${of('field')} = 'any' or t.field = ${of('field')})`
}

/** From one term to the next in the index, past all who have it. */
const TERMS = sql`
      with recursive vocabulary as (
        (select t.term, 1 as place from employee_terms t where ${isOf('given')} order by t.term limit 1)
        union all
        select next.term, v.place + 1 from vocabulary v, lateral (
          select t.term from employee_terms t where ${isOf('given')} and t.term > v.term order by t.term limit 1
        ) next where v.place <= ${sql.lit(MOST_TERMS)}
      )
      select term from vocabulary`

function matchesUpTo(enough: number): RawBuilder<unknown> {
  return sql`
      case when cardinality(terms) <= ${sql.lit(MOST_TERMS)} then (
        select count(*) from (
          select from unnest(terms) as listed (term), lateral (
            select from employee_terms t
            where t.term = listed.term and t.name between first and last and (words.field = 'any' or t.field = words.field)
            limit ${sql.lit(enough)}
          ) few limit ${sql.lit(enough)}
        ) few
      ) else (
        select count(*) from (select from employee_terms t where ${isOf('words')} limit ${sql.lit(MOST_FEW + 1)}) few
      ) end`
}
