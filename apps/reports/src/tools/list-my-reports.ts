import { z } from 'zod'
import { reports } from '../domain.ts'
import { ReportSummary, Status, text } from '../model.ts'

export const listMyReports = reports.defineTool({
  name: 'list_my_reports',
  title: 'List my reports',
  description:
    'The caller’s own reports, newest first, with their progress; not what they say. To read one, use get_report.',
  effect: 'read',
  scopes: ['reports:read'],
  input: z.object({
    status: Status.optional().describe('Left out: all'),
    limit: z.int().min(1).max(100).default(20).describe('How many on a page'),
    cursor: text(2000)
      .optional()
      .describe('next_cursor of the page before; keep the other arguments unchanged'),
  }),
  output: z.strictObject({
    reports: z.array(ReportSummary),
    next_cursor: z.string().optional().describe('Pass it as cursor for the next page; absent on the last'),
  }),
  async run({ input: { cursor, limit, status }, deps, principal, signal }) {
    const query = ['list_my_reports', status]
    const after = cursor === undefined ? undefined : deps.cursors.open(principal, query, cursor)
    const page = await deps.reports.list(principal, { status, limit, after }, { signal })
    return {
      reports: page.items,
      ...(page.last && { next_cursor: deps.cursors.seal(principal, query, page.last) }),
    }
  },
})
