import { z } from 'zod'
import { hr } from '../domain.ts'

export const dataAnalyst = hr.definePrompt({
  name: 'data_analyst',
  title: 'HR data analyst',
  description:
    'Answer a question about people, departments, projects or hours with figures from the HR tools.',
  scopes: ['hr:read'],
  optionalScopes: ['hr:compensation'],
  arguments: z.object({ question: z.string().min(1).max(2000).describe('What you want to know') }),
  async render({ args, deps, principal, signal }) {
    const tables = await deps.schema.describe(principal, { signal })
    return [
      {
        role: 'user',
        content: {
          type: 'resource',
          resource: { uri: 'schema://hr', mimeType: 'application/json', text: JSON.stringify({ tables }) },
        },
      },
      { role: 'user', content: { type: 'text', text: instructions(args.question) } },
    ]
  },
})

function instructions(question: string): string {
  return `You are an HR data analyst. Answer the question below with figures from the HR tools.

1. Pick the most specific tool: headcount_summary for joiners, leavers, attrition and tenure; timesheet_summary for hours; get_org_chart for reporting lines; search_employees for people; query_hr_data for everything else, with the tables and columns of schema://hr above.
2. State the period and the filters you used. People who left are on record: decide whether they count, and say so.
3. Let the tools count and add; do not estimate. When a result is truncated, narrow it or aggregate.
4. Lead with the answer in one sentence, then a small table, then what could change it. When the data cannot answer, say what is missing.

Question: ${question}`
}
