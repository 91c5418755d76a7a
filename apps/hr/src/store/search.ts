import type { Principal } from '@atoll/auth'
import { firstRows } from '@atoll/database'
import type { Position } from '@atoll/server-kit'
import { sql, type Transaction } from 'kysely'
import type { Employee } from '../model.ts'
import { type EmployeeRow, selectEmployees, toEmployee } from './employee-row.ts'
import { refuseUnknown } from './refuse-unknown.ts'
import { byWords, type HaveWords } from './search-by-words.ts'
import { type SearchFilters, searchConditions } from './search-conditions.ts'
import { wordsOf } from './search-words.ts'
import { surveyWords } from './survey-words.ts'
import type { Tables } from './tables.ts'

export interface Search extends SearchFilters {
  sort: 'name' | 'hired_on' | 'role'
  direction: 'asc' | 'desc'
  /** Employees a page. */
  limit: number
}

/** Employees on any page. */
export const MOST_ON_PAGE = 100

export interface EmployeePage {
  employees: Employee[]
  /** Where the next page begins; absent on the last. */
  end?: Position
}

/** The page after a position, ordered by `sort` and id. Throws NotFoundError for an unknown department or manager. */
export async function searchEmployees(
  trx: Transaction<Tables>,
  principal: Principal,
  search: Search,
  after?: Position,
): Promise<EmployeePage> {
  const words = wordsOf(search)
  const haveWords =
    words.length === 0 ? undefined : byWords(await surveyWords(trx, words, search), search, after)
  const rows = await selectPage(trx, principal, search, after, haveWords)
  const { limit, sort, department, manager_id: employee } = search
  if (rows.length === 0) await refuseUnknown(trx, { department, employee })
  const employees = rows.slice(0, limit).map(toEmployee)
  const last = employees.at(-1)
  return { employees, ...(rows.length > limit && last && { end: [last[sort], last.id] }) }
}

/** One row more than the page holds, which says whether there is a next one. */
async function selectPage(
  trx: Transaction<Tables>,
  principal: Principal,
  { limit, sort, direction, ...filters }: Search,
  after: Position | undefined,
  haveWords?: HaveWords,
): Promise<EmployeeRow[]> {
  const [value, id] = after ?? []
  const comparison = direction === 'asc' ? sql`>` : sql`<`
  const query = selectEmployees(trx, principal)
    .where((eb) => eb.and([...searchConditions(filters), ...(haveWords ? [haveWords.condition] : [])]))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(${sql.ref(`e.${sort}`)}, e.id) ${comparison} (${value}, ${id})`),
    )
    // PostgreSQL 18 would rather go through everybody in an index that has them in order: least() has none.
    .orderBy(haveWords?.isByIds ? sql`least(${sql.ref(`e.${sort}`)})` : sql.ref(`e.${sort}`), direction)
    .orderBy('e.id', direction)
  return (await firstRows(query, limit + 1, MOST_ON_PAGE + 1).execute(trx)).rows
}
