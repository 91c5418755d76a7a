import { type RawBuilder, sql } from 'kysely'
import { isDepartment } from './search-conditions.ts'

/** The dates of the people a summary is about, with `columns` beside them. */
export function staff(
  { department, location }: { department?: string | undefined; location?: string | undefined },
  columns: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const conditions = [
    sql`e.department_id = d.id`,
    ...(department === undefined
      ? []
      : [sql`d.id in (select id from departments where ${isDepartment(department)})`]),
    ...(location === undefined ? [] : [sql`e.location_key = lower(${location})`]),
  ]
  return sql`select e.hired_on, e.left_on, ${columns} from employees e, departments d
    where ${sql.join(conditions, sql` and `)}`
}
