import { z } from 'zod'
import { hr } from '../domain.ts'
import { EmployeeId, Status } from '../model.ts'

const Person = z.strictObject({
  id: z.string().describe('Employee id'),
  name: z.string(),
  role: z.string().describe('Job title'),
})

export const getOrgChart = hr.defineTool({
  name: 'get_org_chart',
  title: 'Get the org chart',
  description:
    'Reporting lines around an employee, or from the top of the company: the managers above, and the tree of ' +
    'reports below down to a depth. People who left are not in the tree. For a filtered list of people use ' +
    'search_employees.',
  effect: 'read',
  scopes: ['hr:read'],
  cache: { ttl: '60s', shared: 'tenant', tags: ['employees'] },
  input: z.object({
    employee_id: EmployeeId.optional().describe('Whose chart; left out, the whole company from the top'),
    depth: z.int().min(0).max(10).default(2).describe('Levels below; 1 shows direct reports only'),
    limit: z
      .int()
      .min(1)
      .max(500)
      .default(200)
      .describe('People in the tree at most; the nearest levels are kept'),
  }),
  output: z.strictObject({
    chain: z.array(Person).describe('From the top down to the manager of the employee asked for'),
    tree: z
      .array(
        Person.extend({
          department: z.string().describe('Department name'),
          status: Status,
          manager_id: z.string().nullable().describe('Employee id of whom they report to'),
          depth: z.int().describe('0 for the employee asked for, 1 for direct reports, and so on'),
          direct_reports: z.int().describe('How many report to them directly, shown or not'),
        }),
      )
      .describe('Each person followed by their reports'),
    truncated: z.boolean().describe('True when people are missing because of limit'),
  }),
  async run({ input, deps, principal, signal }) {
    const { employee_id: employeeId, depth, limit } = input
    return await deps.orgChart.around(principal, { employeeId, depth, limit }, { signal })
  },
})
