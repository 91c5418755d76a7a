import type { Selectable } from 'kysely'
import type { ReportSummary } from '../model.ts'
import { REPORT_TYPES } from '../types.ts'
import type { ReportsTable } from './tables.ts'

export const SUMMARY_COLUMNS = [
  'id',
  'type',
  'from_day',
  'to_day',
  'department',
  'priority',
  'status',
  'steps_done',
  'steps_total',
  'attempt',
  'requested_at',
  'finished_at',
  'failure',
] as const satisfies (keyof ReportsTable)[]

type Row = Pick<Selectable<ReportsTable>, (typeof SUMMARY_COLUMNS)[number]>

export function toSummary(row: Row): ReportSummary {
  return {
    id: row.id,
    type: row.type,
    title: REPORT_TYPES[row.type].title,
    period: { from: row.from_day, to: row.to_day },
    department: row.department,
    priority: row.priority,
    status: row.status,
    progress: { done: row.steps_done, total: row.steps_total },
    attempts: row.attempt,
    requested_at: row.requested_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
    failure: row.failure,
  }
}
