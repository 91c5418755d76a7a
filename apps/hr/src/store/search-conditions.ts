import { type RawBuilder, sql } from 'kysely'
import type { EmployeeId, Status } from '../model.ts'

export interface SearchFilters {
  /** Every word begins a word of name, role or e-mail; with an @, the beginning of the e-mail address. */
  text?: string | undefined
  /** Id or name. */
  department?: string | undefined
  /** Every word begins a word of the role. */
  role?: string | undefined
  location?: string | undefined
  manager_id?: EmployeeId | undefined
  status?: Status | undefined
  hired_from?: string | undefined
  hired_to?: string | undefined
}

export type Condition = RawBuilder<boolean>

/** What must hold of employees `e`, but for words. Only leakproof comparisons, so that row-level security lets indexes serve them. */
export function searchConditions(filters: SearchFilters): Condition[] {
  const { text, department, location, manager_id, status, hired_from, hired_to } = filters
  const conditions: (Condition | false | undefined)[] = [
    text?.includes('@') && startsWith(sql`e.email`, sql`lower(${text})`),
    department !== undefined &&
      sql`e.department_id in (select id from departments where ${isDepartment(department)})`,
    location !== undefined && sql`e.location_key = lower(${location})`,
    manager_id !== undefined && sql`e.manager_id = ${manager_id}`,
    status && STATUS[status],
    hired_from !== undefined && sql`e.hired_on >= ${hired_from}`,
    hired_to !== undefined && sql`e.hired_on <= ${hired_to}`,
  ]
  return conditions.filter((condition) => condition !== false && condition !== undefined)
}

/** Departments by id or by name in any case. */
export function isDepartment(idOrName: string): Condition {
  return sql`(departments.id = ${idOrName} or lower(departments.name) = lower(${idOrName}))`
}

const STATUS: Record<Status, Condition> = {
  active: sql`e.hired_on <= current_date and (e.left_on is null or e.left_on > current_date)`,
  left: sql`e.left_on <= current_date`,
  upcoming: sql`e.hired_on > current_date and (e.left_on is null or e.left_on > current_date)`,
}

/** A range instead of LIKE, which is not leakproof; the column's collation is "C". */
export function startsWith(column: RawBuilder<unknown>, prefix: RawBuilder<unknown>): Condition {
  return sql`(${column} >= ${prefix} and ${column} < ${prefix} || chr(1114111))`
}
