import { type RawBuilder, sql } from 'kysely'
import { entries } from './timesheet-entries.ts'
import { canSumGroups, canSumTotal, sums } from './timesheet-sums.ts'
import type { TimesheetCounts, TimesheetRequest } from './timesheets.ts'

/** SQL that adds hours up: with columns `hours`, `entries`, `employees`, and for groups `key`. */
export interface HoursSource {
  /** One row, also when there are no hours; with the `first` and the `last` day. */
  total(request: TimesheetRequest): RawBuilder<unknown>
  groups(request: TimesheetRequest): RawBuilder<unknown>
}

export type TimesheetRow = TimesheetCounts & {
  key: string
  name: string
  first: string | null
  last: string | null
}

/** The total comes first. Names are looked up last, for the groups that are shown. */
export function timesheetStatement(request: TimesheetRequest): RawBuilder<TimesheetRow> {
  const { by, limit } = request
  const total = canSumTotal(request) ? sums : entries
  const groups = canSumGroups(request) ? sums : entries
  const order = by === 'week' || by === 'month' ? sql`key` : sql`hours desc, key`
  return sql<TimesheetRow>`
    with total as (${total.total(request)}),
    groups as (
      select * from (${groups.groups(request)}) as every_group order by ${order} limit ${limit + 1}
    )
    select true as is_total, null as key, null as name, hours, entries, employees, first, last from total
    union all
    select false, key, ${NAMES[by]}, hours, entries, employees, null, null from groups
    order by is_total desc, ${order}`
}

const NAMES = {
  project: sql`(select name from projects where id = key)`,
  employee: sql`(select name from employees where id = key)`,
  department: sql`(select name from departments where id = key)`,
  week: sql`key`,
  month: sql`key`,
}
