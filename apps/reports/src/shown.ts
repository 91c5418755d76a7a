import type { Principal } from '@atoll/auth'
import { z } from 'zod'
import { Content, ReportId, ReportSummary } from './model.ts'
import { visibleTo } from './rules.ts'
import type { Found } from './store/reports.ts'

/** What tools answer with a report. */
export const ShownReport = z.strictObject({
  report: ReportSummary,
  content: Content.nullable().describe('Null until the report is ready'),
})
export type ShownReport = z.output<typeof ShownReport>

/** What asking for a report answers: the report itself, or where to ask for it later. */
export const AskedReport = z.strictObject({
  id: ReportId,
  ready: z.boolean(),
  next: z.string().nullable().describe('What to do when it is not ready'),
  report: ReportSummary.optional(),
  content: Content.nullable().optional(),
})
export type AskedReport = z.output<typeof AskedReport>

/** A report as this caller may see it. */
export function shown(principal: Principal, { content, ...report }: Found): ShownReport {
  return { report, content: content && visibleTo(principal, content) }
}

/** Scopes of other servers that reports are made with and shown by. */
export const DELEGATES = ['hr:read', 'orders:support', 'analytics:read'] as const
