import { z } from 'zod'
import { reports } from '../domain.ts'
import { ReportType } from '../model.ts'
import { REPORT_TYPES } from '../types.ts'

export const listReportTypes = reports.defineTool({
  name: 'list_report_types',
  title: 'List report types',
  description:
    'The kinds of report there are, what each is about, its sections, and whether it can be about one department. ' +
    'To have one made, use generate_report.',
  effect: 'read',
  scopes: ['reports:read'],
  data: 'public',
  input: z.object({}),
  output: z.strictObject({
    types: z.array(
      z.strictObject({
        type: ReportType,
        title: z.string(),
        description: z.string(),
        by_department: z.boolean().describe('Whether it can be about one department alone'),
        sections: z.array(z.strictObject({ id: z.string(), title: z.string() })),
      }),
    ),
  }),
  run: () => ({
    types: Object.values(REPORT_TYPES).map(({ type, title, description, byDepartment, sections }) => ({
      type,
      title,
      description,
      by_department: byDepartment,
      sections: sections.map((section) => ({ id: section.id, title: section.title })),
    })),
  }),
})
