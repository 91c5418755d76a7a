import { NotFoundError } from '@atoll/errors'
import type { Transaction } from 'kysely'
import { isDepartment } from './search-conditions.ts'
import type { Tables } from './tables.ts'

interface Named {
  /** Id or name. */
  department?: string | undefined
  employee?: string | undefined
  project?: string | undefined
}

/**
 * For an answer with nothing in it: nothing may mean that what the caller named does not exist.
 * Throws NotFoundError then.
 */
export async function refuseUnknown(trx: Transaction<Tables>, named: Named): Promise<void> {
  const { department, employee, project } = named
  if (department !== undefined) {
    const query = trx.selectFrom('departments').select('id').where(isDepartment(department))
    if (!(await query.executeTakeFirst())) throw new NotFoundError('department', department)
  }
  if (employee !== undefined) {
    const query = trx.selectFrom('employees').select('id').where('id', '=', employee)
    if (!(await query.executeTakeFirst())) throw new NotFoundError('employee', employee)
  }
  if (project !== undefined) {
    const query = trx.selectFrom('projects').select('id').where('id', '=', project)
    if (!(await query.executeTakeFirst())) throw new NotFoundError('project', project)
  }
}
