import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import { type RawBuilder, sql } from 'kysely'
import type { EmployeeId, ProjectId } from '../model.ts'
import type { Options } from './employees.ts'
import { refuseUnknown } from './refuse-unknown.ts'
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
    /** Hours per group: most hours first, or in order of time. Throws NotFoundError for what does not exist. */
    async summary(
      principal: Principal,
      request: TimesheetRequest,
      { signal }: Options,
    ): Promise<TimesheetSummary> {
      return await database.inTenant(
        principal,
        async (trx) => {
          await sql`set local work_mem = '64MB'`.execute(trx)
          const { rows } = await statement(request).execute(trx)
          const [total = NOTHING, ...groups] = rows
          const { department, employee_id: employee, project_id: project } = request
          if (total.entries === 0) await refuseUnknown(trx, { department, employee, project })
          return {
            from: total.first,
            to: total.last,
            total: counts(total),
            groups: groups
              .slice(0, request.limit)
              .map((group) => ({ key: group.key, name: group.name, ...counts(group) })),
            truncated: groups.length > request.limit,
          }
        },
        // A transaction, for the sake of its memory.
        { signal, readOnly: true, isolation: 'repeatable read' },
      )
    },
  }
}

type Row = TimesheetCounts & { key: string; name: string; first: string | null; last: string | null }

const NOTHING = { hours: 0, entries: 0, employees: 0, first: null, last: null }

function counts({ hours, entries, employees }: TimesheetCounts): TimesheetCounts {
  return { hours, entries, employees }
}

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
  // Different people are counted by grouping twice, which hashes; counting distinct values would sort all rows.
  return sql<Row>`
    with pairs as (
      select ${GROUPS[by].key} as key, t.employee_id, sum((t.hours * 100)::integer) as hundredths, count(*) as entries,
        min(t.worked_on) as first, max(t.worked_on) as last
      from timesheets t ${withEmployees ? sql`join employees e on e.id = t.employee_id` : sql``}
      where ${sql.join([sql`true`, ...conditions(request)], sql` and `)}
      group by 1, 2
    ),
    groups as (
      select key, false as is_total, (sum(hundredths) / 100)::float8 as hours, sum(entries)::bigint as entries,
        count(*) as employees, min(first) as first, max(last) as last
      from pairs group by key
      order by ${order} limit ${limit + 1}
    ),
    total as (
      select null as key, true as is_total, (coalesce(sum(hundredths), 0) / 100)::float8 as hours,
        coalesce(sum(entries), 0)::bigint as entries, count(*) as employees, min(first) as first, max(last) as last
      from (
        select employee_id, sum(hundredths) as hundredths, sum(entries) as entries, min(first) as first, max(last) as last
        from pairs group by employee_id
      ) people
    )
    select *, null as name from total
    union all
    select *, ${GROUPS[by].name} as name from groups
    order by is_total desc, ${order}`
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
