import { InvalidError } from '@atoll/errors'
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

type Condition = RawBuilder<boolean>

/** What must hold of employees `e`. Only leakproof comparisons, so that row-level security lets indexes serve them. */
export function searchConditions(filters: SearchFilters): Condition[] {
  const { text, department, role, location, manager_id, status, hired_from, hired_to } = filters
  const conditions: (Condition | false | undefined)[] = [
    department !== undefined &&
      sql`e.department_id in (select id from departments where ${isDepartment(department)})`,
    location !== undefined && sql`e.location_key = lower(${location})`,
    manager_id !== undefined && sql`e.manager_id = ${manager_id}`,
    status && STATUS[status],
    hired_from !== undefined && sql`e.hired_on >= ${hired_from}`,
    hired_to !== undefined && sql`e.hired_on <= ${hired_to}`,
  ]
  const given = conditions.filter((condition) => condition !== false && condition !== undefined)
  const terms = [...byText(text), ...byRole(role)]
  return [...given, ...byEmail(text), ...(terms.length > 0 ? [hasTerms(terms)] : [])]
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

function byEmail(text: string | undefined): Condition[] {
  return text?.includes('@') ? [startsWith(sql`e.email`, sql`lower(${text})`)] : []
}

type Term = RawBuilder<unknown>

function byText(text: string | undefined): Term[] {
  if (text === undefined || text.includes('@')) return []
  return words('text', text).map((word) => haveTerm(word, sql``))
}

function byRole(role: string | undefined): Term[] {
  if (role === undefined) return []
  return words('role', role).map((word) => haveTerm(word, sql`and t.field = 'role'`))
}

/** An array, not a join: the planner takes words for as common as it likes, and would try person by person. */
function hasTerms(terms: readonly Term[]): Condition {
  return sql`e.id = any (array(${sql.join(terms, sql` intersect `)}))`
}

function haveTerm(word: string, further: RawBuilder<unknown>): Term {
  return sql`select t.employee_id::text from employee_terms t
    where ${startsWith(sql`t.term`, sql`search_key(${word})`)} ${further}`
}

/** A range instead of LIKE, which is not leakproof; the column's collation is "C". */
function startsWith(column: RawBuilder<unknown>, prefix: RawBuilder<unknown>): Condition {
  return sql`(${column} >= ${prefix} and ${column} < ${prefix} || chr(1114111))`
}

function words(field: string, value: string): string[] {
  const found = value.split(/[\s.,;:/&+()'"_-]+/).filter((word) => word !== '')
  if (found.length === 0) throw new InvalidError(`${field} needs at least one letter or digit.`)
  return found.slice(0, 8)
}
