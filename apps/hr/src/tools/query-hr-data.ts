import { z } from 'zod'
import { hr } from '../domain.ts'
import { visibleTables } from '../query/catalogue.ts'
import { QueryRequest } from '../query/request.ts'

export const queryHrData = hr.defineTool({
  name: 'query_hr_data',
  title: 'Query HR data',
  description:
    'Answer questions the other tools cannot: choose a table, then filter, group, aggregate and sort. ' +
    'For headcount and attrition use headcount_summary, for hours timesheet_summary. ' +
    `Columns: ${columnsForEverybody()}. Their meaning is in the resource schema://hr.`,
  effect: 'read',
  scopes: ['hr:read'],
  optionalScopes: ['hr:compensation'],
  cache: { ttl: '30s', shared: 'principal', tags: ['employees', 'departments', 'projects', 'timesheets'] },
  input: QueryRequest,
  output: z.strictObject({
    columns: z.array(z.string()).describe('Names of the values in each row, in order'),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
    truncated: z.boolean().describe('True when there are more rows than limit'),
  }),
  async run({ input, deps, principal, signal }) {
    return await deps.query.run(principal, input, { signal })
  },
})

function columnsForEverybody(): string {
  const tables = visibleTables({ scopes: new Set() })
  return tables.map(({ name, columns }) => `${name} (${Object.keys(columns).join(', ')})`).join('; ')
}
