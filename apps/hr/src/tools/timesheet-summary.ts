import { z } from 'zod'
import { hr } from '../domain.ts'
import { Day, EmployeeId, ProjectId, text } from '../model.ts'
import { checkPeriod } from '../period.ts'

const Counts = z.strictObject({
  hours: z.number().describe('Hours worked'),
  entries: z.int().describe('Timesheet rows: one per employee, project and day'),
  employees: z.int().describe('Different people'),
})

export const timesheetSummary = hr.defineTool({
  name: 'timesheet_summary',
  title: 'Summarise timesheets',
  description:
    'Hours recorded on projects, in total and by project, employee, department, week or month. Project time only, ' +
    'not attendance. For single entries use query_hr_data on timesheets.',
  effect: 'read',
  scopes: ['hr:read'],
  cache: { ttl: '60s', shared: 'tenant', tags: ['timesheets'] },
  input: z.object({
    by: z
      .enum(['project', 'employee', 'department', 'week', 'month'])
      .default('project')
      .describe('What to add up by; department is that of the employee'),
    from: Day.optional().describe('First day; left out, the beginning of the records'),
    to: Day.optional().describe('Last day; left out, the end of the records'),
    department: text(100).optional().describe('Only people of this department (id or name)'),
    project_id: ProjectId.optional().describe('Only this project'),
    employee_id: EmployeeId.optional().describe('Only this employee'),
    limit: z.int().min(1).max(500).default(100).describe('Groups at most'),
  }),
  output: z.strictObject({
    from: z.iso.date().nullable().describe('First day with hours that match; null when there are none'),
    to: z.iso.date().nullable().describe('Last day with hours that match'),
    total: Counts,
    groups: z
      .array(
        Counts.extend({
          key: z
            .string()
            .describe('Id of the project, employee or department, or week (2026-W07), month (2026-02)'),
          name: z.string(),
        }),
      )
      .describe('Most hours first; weeks and months in order of time'),
    truncated: z.boolean().describe('True when there are more groups than limit'),
  }),
  async run({ input, deps, principal, signal }) {
    checkPeriod(input.from, input.to)
    return await deps.timesheets.summary(principal, input, { signal })
  },
})
