import type { ColumnType, Generated } from 'kysely'
import type { Content, Priority, ReportId, ReportType, Status } from '../model.ts'

/** Days are `YYYY-MM-DD`. */
export interface Tables {
  reports: ReportsTable
}

export interface ReportsTable {
  tenant: string
  id: ReportId
  subject: string
  type: ReportType
  from_day: string
  to_day: string
  department: string | null
  priority: Priority
  granted: string[]
  fingerprint: string
  status: Status
  job_id: string
  attempt: Generated<number>
  steps_done: Generated<number>
  steps_total: number
  sealed_authorization: string | null
  content: ColumnType<Content | null, null, string>
  failure: string | null
  requested_at: Generated<Date>
  started_at: Date | null
  finished_at: Date | null
}
