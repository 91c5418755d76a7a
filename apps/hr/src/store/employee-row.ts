import type { Principal } from '@atoll/auth'
import { sql, type Transaction } from 'kysely'
import type { Employee, EmploymentType, Status } from '../model.ts'
import { canSeeField } from '../rules.ts'
import type { Tables } from './tables.ts'

export interface EmployeeRow {
  id: string
  name: string
  email: string
  role: string
  department_id: string
  department: string
  location: string
  manager_id: string | null
  manager: string | null
  employment_type: EmploymentType
  hired_on: string
  left_on: string | null
  status: Status
  tenure_years: number
  /** Not selected for callers who may not see it. */
  salary_band?: string | null
}

/** Employees (`e`) with the names of department (`d`) and manager (`m`). */
export function selectEmployees(trx: Transaction<Tables>, principal: Pick<Principal, 'scopes'>) {
  return trx
    .selectFrom('employees as e')
    .innerJoin('departments as d', 'd.id', 'e.department_id')
    .leftJoin('employees as m', 'm.id', 'e.manager_id')
    .select([
      'e.id',
      'e.name',
      'e.email',
      'e.role',
      'e.department_id',
      'd.name as department',
      'e.location',
      'e.manager_id',
      'm.name as manager',
      'e.employment_type',
      'e.hired_on',
      'e.left_on',
      sql<Status>`employment_status(e.hired_on, e.left_on)`.as('status'),
      sql<number>`tenure_years(e.hired_on, e.left_on)::float8`.as('tenure_years'),
    ])
    .$if(canSeeField(principal, 'salary_band'), (query) => query.select('e.salary_band'))
}

export function toEmployee(row: EmployeeRow): Employee {
  const { department_id, department, manager_id, manager, ...rest } = row
  return {
    ...rest,
    department: { id: department_id, name: department },
    manager: manager_id === null ? null : { id: manager_id, name: manager ?? manager_id },
  }
}
