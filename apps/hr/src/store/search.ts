import type { Principal } from '@atoll/auth'
import { InvalidError, NotFoundError } from '@atoll/errors'
import { sql, type Transaction } from 'kysely'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { Day, type Employee } from '../model.ts'
import { selectEmployees, toEmployee } from './employee-row.ts'
import { isDepartment, type SearchFilters, searchConditions } from './search-conditions.ts'
import type { Tables } from './tables.ts'

export interface Search extends SearchFilters {
  sort: 'name' | 'hired_on' | 'role'
  direction: 'asc' | 'desc'
  /** Employees a page. */
  limit: number
  cursor?: string | undefined
}

export interface EmployeePage {
  employees: Employee[]
  nextCursor?: string
}

/** One page, ordered by `sort` and id. Throws NotFoundError for an unknown department or manager. */
export async function searchEmployees(
  trx: Transaction<Tables>,
  principal: Principal,
  search: Search,
): Promise<EmployeePage> {
  const { cursor, limit, sort, direction, ...filters } = search
  const question = [principal.tenant, principal.subject, sort, direction, filters]
  const rows = await selectEmployees(trx, principal)
    .where((eb) => eb.and(searchConditions(filters)))
    .$if(cursor !== undefined, (query) => query.where(beyond(search, question)))
    .orderBy(`e.${sort}`, direction)
    .orderBy('e.id', direction)
    .limit(limit + 1)
    .execute()
  if (rows.length === 0) await refuseUnknown(trx, filters)
  const employees = rows.slice(0, limit).map(toEmployee)
  const last = employees.at(-1)
  if (rows.length <= limit || !last) return { employees }
  return { employees, nextCursor: encodeCursor(question, { value: last[sort], id: last.id }) }
}

function beyond({ sort, direction, cursor = '' }: Search, question: unknown) {
  const { value, id } = decodeCursor(question, cursor)
  if (sort === 'hired_on' && !Day.safeParse(value).success) throw new InvalidError('This cursor is damaged. Start again without it.')
  const comparison = direction === 'asc' ? sql`>` : sql`<`
  return sql<boolean>`(${sql.ref(`e.${sort}`)}, e.id) ${comparison} (${value}, ${id})`
}

/** Nothing found may mean that the department or the manager does not exist: say so instead. */
async function refuseUnknown(trx: Transaction<Tables>, { department, manager_id }: SearchFilters): Promise<void> {
  if (department !== undefined) {
    const found = await trx.selectFrom('departments').select('id').where(isDepartment(department)).executeTakeFirst()
    if (!found) throw new NotFoundError('department', department)
  }
  if (manager_id !== undefined) {
    const found = await trx.selectFrom('employees').select('id').where('id', '=', manager_id).executeTakeFirst()
    if (!found) throw new NotFoundError('employee', manager_id)
  }
}
