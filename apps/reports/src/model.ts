import { z } from 'zod'
import { Block } from './blocks.ts'

/** Text of a caller: PostgreSQL cannot store NUL, and no other control character means anything here. */
export const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters')

export const ReportId = z
  .string()
  .regex(/^rep_[0-9a-f]{24}$/, 'must be a report id such as rep_ and 24 hexadecimal digits')
  .brand<'ReportId'>()
  .describe('Report id: rep_ and 24 hexadecimal digits')
export type ReportId = z.output<typeof ReportId>

export const ReportType = z.enum([
  'headcount',
  'project_status',
  'budget_summary',
  'sales_performance',
  'quarterly_business_review',
])
export type ReportType = z.output<typeof ReportType>

export const Status = z
  .enum(['queued', 'running', 'ready', 'failed', 'cancelled'])
  .describe('ready is final and readable; queued and running are on their way')
export type Status = z.output<typeof Status>

export const Priority = z.enum(['low', 'normal', 'high'])
export type Priority = z.output<typeof Priority>

export const Period = z.strictObject({
  from: z.iso.date().describe('First day'),
  to: z.iso.date().describe('Last day, included'),
})
export type Period = z.output<typeof Period>

export const Section = z.strictObject({
  id: z.string(),
  title: z.string(),
  status: z
    .enum(['complete', 'unavailable', 'not_permitted', 'authorization_ended'])
    .describe('Everything but complete has a problem instead of blocks'),
  problem: z.string().nullable().describe('Why there is nothing to show, and what to do'),
  missing_scopes: z.array(z.string()).describe('What the caller would have to be granted'),
  sources: z.array(z.string()).describe('The tools that were asked'),
  scopes: z.array(z.string()).describe('What one must be allowed to see it'),
  blocks: z.array(Block),
})
export type Section = z.output<typeof Section>

export const Content = z.strictObject({
  title: z.string(),
  type: ReportType,
  period: Period,
  department: z.string().nullable(),
  generated_at: z.iso.datetime(),
  sections: z.array(Section),
})
export type Content = z.output<typeof Content>

export const ReportSummary = z.strictObject({
  id: ReportId,
  type: ReportType,
  title: z.string(),
  period: Period,
  department: z.string().nullable(),
  priority: Priority,
  status: Status,
  progress: z.strictObject({
    done: z.int().describe('Questions to other servers that were answered'),
    total: z.int(),
  }),
  attempts: z.int().describe('How often it was begun'),
  requested_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
  failure: z.string().nullable().describe('Why it failed'),
})
export type ReportSummary = z.output<typeof ReportSummary>

/** What a report is asked for with, resolved: the same words on another day are another request. */
export interface ReportRequest {
  readonly type: ReportType
  readonly period: Period
  readonly department: string | null
}
