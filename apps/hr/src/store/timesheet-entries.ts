import { type RawBuilder, sql } from 'kysely'
import { isDepartment } from './search-conditions.ts'
import type { HoursSource } from './timesheet-statement.ts'
import type { TimesheetRequest } from './timesheets.ts'

/** Hours from the timesheets themselves: any question, in proportion to the entries it is about. */
export const entries: HoursSource = {
  total: (request) => sql`
    select ${HOURS}, count(*) as entries, ${PEOPLE}, min(t.worked_on) as first, max(t.worked_on) as last
    from ${matching(request)}`,

  groups: (request) => sql`
    select ${KEYS[request.by]} as key, ${HOURS}, count(*) as entries, ${request.by === 'employee' ? ONE : PEOPLE}
    from ${matching(request)} group by 1`,
}

const HOURS = sql`(coalesce(sum((t.hours * 100)::integer), 0) / 100.0)::float8 as hours`
const PEOPLE = sql`count(distinct t.employee_id) as employees`
const ONE = sql`1::bigint as employees`

const KEYS = {
  project: sql`t.project_id`,
  employee: sql`t.employee_id`,
  department: sql`e.department_id`,
  week: sql`to_char(t.worked_on, 'IYYY-"W"IW')`,
  month: sql`to_char(t.worked_on, 'YYYY-MM')`,
}

function matching(request: TimesheetRequest): RawBuilder<unknown> {
  const { by, from, to, department, project_id, employee_id } = request
  const withEmployees = by === 'department' || department !== undefined
  const conditions = [
    ...(from === undefined ? [] : [sql`t.worked_on >= ${from}`]),
    ...(to === undefined ? [] : [sql`t.worked_on <= ${to}`]),
    ...(department === undefined
      ? []
      : [sql`e.department_id in (select id from departments where ${isDepartment(department)})`]),
    ...(project_id === undefined ? [] : [sql`t.project_id = ${project_id}`]),
    ...(employee_id === undefined ? [] : [sql`t.employee_id = ${employee_id}`]),
  ]
  return sql`timesheets t ${withEmployees ? sql`join employees e on e.id = t.employee_id` : sql``}
    where ${sql.join([sql`true`, ...conditions], sql` and `)}`
}
