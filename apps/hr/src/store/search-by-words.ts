import type { Position } from '@atoll/server-kit'
import { type RawBuilder, sql } from 'kysely'
import { MOST_ON_PAGE, type Search } from './search.ts'
import { type Condition, searchConditions, startsWith } from './search-conditions.ts'
import { hasWords, isIn } from './search-words.ts'
import { MOST_FEW, MOST_TERMS, RARE, type Survey, type SurveyedWord } from './survey-words.ts'

/** Who has the words that are looked for. */
export interface HaveWords {
  condition: Condition
  /** They are found by their ids and sorted then, instead of met in order. */
  isByIds: boolean
}

/**
 * What must hold of employees `e` who have all these words, found so that a page costs as much in a big company as in a
 * small one: where a word stands for few terms, those who have one are listed in order of their names, up to the end
 * of the page; else few people are looked at one by one; and where all words are common, everybody in order is asked
 * whether they have them until the page is full.
 */
export function byWords(survey: Survey, search: Search, after: Position | undefined): HaveWords {
  const { words } = survey
  if (words.some(({ matches }) => matches === 0)) return { condition: sql`false`, isByIds: true }
  const listed = search.sort === 'name' ? words.find(isListed) : undefined
  const few = words.find((word) => word.matches <= MOST_FEW && !(listed && isListed(word)))
  if (listed && (listed.matches < RARE || !few)) return isOneOf(inOrder(listed, survey, search, after))
  if (few) return isOneOf(withWord(few, survey))
  return { condition: hasWords(sql`e.id`, words), isByIds: false }
}

/** An array, not a join: it is made once, and people are then found by their ids. */
function isOneOf(ids: RawBuilder<unknown>): HaveWords {
  return { condition: sql`e.id = any (array(${ids}))`, isByIds: true }
}

function withWord(word: SurveyedWord, survey: Survey): RawBuilder<unknown> {
  const conditions = sql.join(
    [
      isListed(word)
        ? sql`t.term = any ((select ${word.terms}::text[])::text[])`
        : startsWith(sql`t.term`, unseen(word.key)),
      ...termConditions(word, survey),
    ],
    sql` and `,
  )
  return sql`select t.employee_id::text from employee_terms t where ${conditions}`
}

/** The page itself: of each term as many as the page holds, and of those the first. */
function inOrder(
  word: SurveyedWord,
  survey: Survey,
  { limit, direction, ...filters }: Search,
  after: Position | undefined,
): RawBuilder<unknown> {
  const [order, comparison] = direction === 'asc' ? [sql`asc`, sql`>`] : [sql`desc`, sql`<`]
  const conditions = [
    ...termConditions(word, survey),
    ...(after ? [sql`(t.name, t.employee_id) ${comparison} (${unseen(after[0])}, ${unseen(after[1])})`] : []),
    ...searchConditions(filters).map(
      (condition) => sql`(select true from employees e where e.id = t.employee_id and ${condition} limit 1)`,
    ),
  ]
  return sql`
    select employee_id::text from (
      select distinct found.name, found.employee_id
      from unnest((select ${word.terms}::text[])) as listed (term), lateral (
        select * from (
          select distinct t.name, t.employee_id from employee_terms t
          where t.term = listed.term and ${sql.join(conditions, sql` and `)}
          order by t.name ${order}, t.employee_id ${order} limit ${sql.lit(MOST_ON_PAGE + 1)}
        ) in_order limit (select ${limit + 1}::bigint)
      ) found
      order by found.name ${order}, found.employee_id ${order} limit (select ${limit + 1}::bigint)
    ) page`
}

function isListed({ terms }: SurveyedWord): boolean {
  return terms.length <= MOST_TERMS
}

/** What else must hold of terms `t` that are the word. */
function termConditions(word: SurveyedWord, { words, bounds }: Survey): Condition[] {
  const others = words.filter((other) => other !== word)
  return [
    isIn(word.field),
    ...(bounds && others.length > 0
      ? [sql<boolean>`t.name between ${unseen(bounds.first)} and ${unseen(bounds.last)}`]
      : []),
    ...(others.length > 0 ? [hasWords(sql`t.employee_id`, others)] : []),
  ]
}

/** A text that no plan looks at: a plan for it would look cheaper than one for any, and be made anew for each search. */
function unseen(text: unknown): RawBuilder<unknown> {
  return sql`(select ${text}::text)`
}
