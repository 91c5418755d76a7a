import { type RawBuilder, sql } from 'kysely'
import { isDepartment } from './search-conditions.ts'
import type { HoursSource } from './timesheet-statement.ts'
import type { TimesheetRequest } from './timesheets.ts'

/**
 * Hours from `timesheet_sums`. People are counted by when they had hours before: whoever had none since the beginning
 * of the period, or of the week or month that is shown, has their first of it then.
 */
export const sums: HoursSource = {
  total: (request) => sql`
    select ${HOURS}, coalesce(sum(entries), 0)::bigint as entries,
      coalesce(sum(people) filter (where ${isFirst(request)}), 0)::bigint as employees,
      min(starts_on) as first, max(starts_on) as last
    from timesheet_sums where ${byDay(request)} and ${within(request)}`,

  groups: (request) => {
    const { by } = request
    const of =
      by === 'project' ? sql`kind = 'project'` : by === 'department' ? departments(request) : byDay(request)
    const start = by === 'week' ? WEEK : by === 'month' ? sql`month_of(starts_on)` : undefined
    return sql`
      select ${by === 'week' || by === 'month' ? KEYS[by] : sql`key`} as key, ${HOURS}, sum(entries)::bigint as entries,
        (sum(people) filter (where ${isFirst(request, start)}))::bigint as employees
      from timesheet_sums where ${of} and ${within(request)} group by 1`
  },
}

/** Of everybody or of departments, as people are not told apart. */
export function canSumTotal({ project_id, employee_id }: TimesheetRequest): boolean {
  return project_id === undefined && employee_id === undefined
}

export function canSumGroups(request: TimesheetRequest): boolean {
  const { by, from, to, department } = request
  if (!canSumTotal(request) || by === 'employee') return false
  return by !== 'project' || (department === undefined && isWholeMonths(from, to))
}

function isWholeMonths(from: string | undefined, to: string | undefined): boolean {
  return (from?.endsWith('-01') ?? true) && (to === undefined || dayAfter(to).endsWith('-01'))
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

const HOURS = sql`(coalesce(sum(hundredths), 0) / 100)::float8 as hours`
const WEEK = sql`starts_on - (extract(isodow from starts_on)::integer - 1)`
const KEYS = {
  week: sql`to_char(starts_on, 'IYYY-"W"IW')`,
  month: sql`to_char(starts_on, 'YYYY-MM')`,
}

function byDay(request: TimesheetRequest): RawBuilder<unknown> {
  return request.department === undefined ? sql`kind = 'company' and key = ''` : departments(request)
}

function departments({ department }: TimesheetRequest): RawBuilder<unknown> {
  return department === undefined
    ? sql`kind = 'department'`
    : sql`kind = 'department' and key in (select id::text from departments where ${isDepartment(department)})`
}

/** What was taken back leaves rows without people. */
function within({ from, to }: TimesheetRequest): RawBuilder<unknown> {
  return sql.join(
    [
      sql`people > 0`,
      ...(from === undefined ? [] : [sql`starts_on >= ${from}`]),
      ...(to === undefined ? [] : [sql`starts_on <= ${to}`]),
    ],
    sql` and `,
  )
}

/** Had no hours since the first day that counts: that of the period, or a later one of its own. */
function isFirst({ from }: TimesheetRequest, start?: RawBuilder<unknown>): RawBuilder<unknown> {
  const firsts = [...(from === undefined ? [] : [sql`cast(${from} as date)`]), ...(start ? [start] : [])]
  if (firsts.length === 0) return sql`before = '-infinity'`
  return sql`before < greatest(${sql.join(firsts)})`
}
