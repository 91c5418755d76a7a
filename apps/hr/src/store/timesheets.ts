import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { type RawBuilder, sql } from 'kysely'
import type { EmployeeId, ProjectId } from '../model.ts'
import type { Options } from './employees.ts'
import { isDepartment } from './search-conditions.ts'
import type { Tables } from './tables.ts'

export interface TimesheetRequest {
  by: 'project' | 'employee' | 'department' | 'week' | 'month'
  from?: string | undefined
  to?: string | undefined
  /** Id or name of the department the employees are in. */
  department?: string | undefined
  project_id?: ProjectId | undefined
  employee_id?: EmployeeId | undefined
  /** Groups at most. */
  limit: number
}

export interface TimesheetCounts {
  hours: number
  /** Rows of the timesheets. */
  entries: number
  /** Different people. */
  employees: number
}

export interface TimesheetSummary {
  /** First and last day with hours; null when there are none. */
  from: string | null
  to: string | null
  total: TimesheetCounts
  groups: (TimesheetCounts & { key: string; name: string })[]
  truncated: boolean
}

export function timesheetStore(database: Database<Tables>) {
  return {
    /** Hours per group: most hours first, or in order of time. */
    async summary(
      principal: Principal,
      request: TimesheetRequest,
      { signal }: Options,
    ): Promise<TimesheetSummary> {
      const { rows } = await database.inTenant(principal, (trx) => statement(request).execute(trx), {
        signal,
        readOnly: true,
      })
      const [total, ...groups] = rows
      return {
        from: total?.first ?? null,
        to: total?.last ?? null,
        total: { hours: total?.hours ?? 0, entries: total?.entries ?? 0, employees: total?.employees ?? 0 },
        groups: groups
          .slice(0, request.limit)
          .map(({ key, name, hours, entries, employees }) => ({ key, name, hours, entries, employees })),
        truncated: groups.length > request.limit,
      }
    },
  }
}

type Row = TimesheetCounts & { key: string; name: string; first: string | null; last: string | null }

/** What hours are added up by, and where that has its name. */
const GROUPS = {
  project: { key: sql`t.project_id`, name: sql`(select name from projects where id = key)` },
  employee: { key: sql`t.employee_id`, name: sql`(select name from employees where id = key)` },
  department: { key: sql`e.department_id`, name: sql`(select name from departments where id = key)` },
  week: { key: sql`to_char(t.worked_on, 'IYYY-"W"IW')`, name: sql`key` },
  month: { key: sql`to_char(t.worked_on, 'YYYY-MM')`, name: sql`key` },
}

/** The total comes first. Names are looked up last, for the groups that are shown. */
function statement(request: TimesheetRequest): RawBuilder<Row> {
  const { by, limit, department } = request
  const withEmployees = by === 'department' || department !== undefined
  const order = by === 'week' || by === 'month' ? sql`key` : sql`hours desc, key`
  return sql<Row>`
    with worked as (
      select ${GROUPS[by].key} as key, t.employee_id, t.worked_on, t.hours
      from timesheets t ${withEmployees ? sql`join employees e on e.id = t.employee_id` : sql``}
      where ${sql.join([sql`true`, ...conditions(request)], sql` and `)}
    ),
    groups as (
      select key, grouping(key) = 1 as is_total, coalesce(sum(hours), 0)::float8 as hours, count(*) as entries,
        count(distinct employee_id) as employees, min(worked_on) as first, max(worked_on) as last
      from worked group by grouping sets ((key), ())
      order by is_total desc, ${order} limit ${limit + 2}
    )
    select *, ${GROUPS[by].name} as name from groups order by is_total desc, ${order}`
}

function conditions({
  from,
  to,
  department,
  project_id,
  employee_id,
}: TimesheetRequest): RawBuilder<unknown>[] {
  return [
    ...(from === undefined ? [] : [sql`t.worked_on >= ${from}`]),
    ...(to === undefined ? [] : [sql`t.worked_on <= ${to}`]),
    ...(department === undefined
      ? []
      : [sql`e.department_id in (select id from departments where ${isDepartment(department)})`]),
    ...(project_id === undefined ? [] : [sql`t.project_id = ${project_id}`]),
    ...(employee_id === undefined ? [] : [sql`t.employee_id = ${employee_id}`]),
  ]
}
