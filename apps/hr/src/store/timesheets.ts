import type { Principal } from '@atoll/auth'
import type { Database } from '@atoll/database'
import type { EmployeeId, ProjectId } from '../model.ts'
import type { Options } from './employees.ts'
import { refuseUnknown } from './refuse-unknown.ts'
import type { Tables } from './tables.ts'
import { timesheetStatement } from './timesheet-statement.ts'

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
          const { rows } = await timesheetStatement(request).execute(trx)
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
        { signal, readOnly: true },
      )
    },
  }
}

const NOTHING = { hours: 0, entries: 0, employees: 0, first: null, last: null }

function counts({ hours, entries, employees }: TimesheetCounts): TimesheetCounts {
  return { hours, entries, employees }
}
