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
    async summary(principal: Principal, request: TimesheetRequest, { signal }: Options): Promise<TimesheetSummary> {
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

const KEYS = {
  project: sql`p.id as key, p.name as name`,
  employee: sql`e.id as key, e.name as name`,
  department: sql`d.id as key, d.name as name`,
  week: sql`to_char(t.worked_on, 'IYYY-"W"IW') as key, to_char(t.worked_on, 'IYYY-"W"IW') as name`,
  month: sql`to_char(t.worked_on, 'YYYY-MM') as key, to_char(t.worked_on, 'YYYY-MM') as name`,
}

/** The total comes first. */
function statement(request: TimesheetRequest): RawBuilder<Row> {
  const { by, limit } = request
  const order = by === 'week' || by === 'month' ? sql`key` : sql`sum(hours) desc, key`
  return sql<Row>`
    with worked as (
      select t.employee_id, t.worked_on, t.hours, ${KEYS[by]}
      from timesheets t join employees e on e.id = t.employee_id join departments d on d.id = e.department_id
        join projects p on p.id = t.project_id
      where ${sql.join([sql`true`, ...conditions(request)], sql` and `)}
    )
    select key, name, coalesce(sum(hours), 0)::float8 as hours, count(*) as entries,
      count(distinct employee_id) as employees, min(worked_on) as first, max(worked_on) as last
    from worked group by grouping sets ((key, name), ())
    order by grouping(key) desc, ${order} limit ${limit + 2}`
}

function conditions({ from, to, department, project_id, employee_id }: TimesheetRequest): RawBuilder<unknown>[] {
  return [
    ...(from === undefined ? [] : [sql`t.worked_on >= ${from}`]),
    ...(to === undefined ? [] : [sql`t.worked_on <= ${to}`]),
    ...(department === undefined
      ? []
      : [sql`d.id in (select id from departments where ${isDepartment(department)})`]),
    ...(project_id === undefined ? [] : [sql`t.project_id = ${project_id}`]),
    ...(employee_id === undefined ? [] : [sql`t.employee_id = ${employee_id}`]),
  ]
}
