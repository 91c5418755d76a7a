import { z } from 'zod'
import { hr } from '../domain.ts'
import { Day, Employee, EmployeeId, Status, text } from '../model.ts'
import { checkPeriod } from '../period.ts'
import { MOST_ON_PAGE } from '../store/search.ts'

export const searchEmployees = hr.defineTool({
  name: 'search_employees',
  title: 'Search employees',
  description:
    'Find employees by name, role, department, location, manager or hire date, one page at a time. ' +
    'Includes people who left: see status. For one known id use get_employee, for reporting lines get_org_chart, ' +
    'for counts headcount_summary, for anything else query_hr_data.',
  effect: 'read',
  scopes: ['hr:read'],
  optionalScopes: ['hr:compensation'],
  cache: { ttl: '30s', shared: 'principal', tags: ['employees'] },
  input: z.object({
    text: text(100)
      .optional()
      .describe(
        'Words, each the beginning of a word of the name, role or e-mail address; accents do not matter',
      ),
    department: text(100).optional().describe('Department id or name, see list_departments'),
    role: text(100).optional().describe('Words of the job title, such as "senior engineer"'),
    location: text(100).optional().describe('City of the office, such as Berlin'),
    manager_id: EmployeeId.optional().describe('Only those who report directly to this employee'),
    status: Status.optional().describe('Left out: everybody on record'),
    hired_from: Day.optional().describe('Hired on this day or later'),
    hired_to: Day.optional().describe('Hired on this day or earlier'),
    sort: z.enum(['name', 'hired_on', 'role']).default('name').describe('What to sort by'),
    direction: z.enum(['asc', 'desc']).default('asc').describe('desc turns the order around'),
    limit: z.int().min(1).max(MOST_ON_PAGE).default(25).describe('Employees a page'),
    cursor: text(2000)
      .optional()
      .describe('next_cursor of the page before; keep the other arguments unchanged'),
  }),
  output: z.strictObject({
    employees: z.array(Employee),
    next_cursor: z.string().optional().describe('Absent on the last page'),
  }),
  async run({ input, deps, principal, signal }) {
    const { cursor, ...search } = input
    checkPeriod(search.hired_from, search.hired_to, ['hired_from', 'hired_to'])
    const query = ['search_employees', search]
    const after = cursor === undefined ? undefined : deps.cursors.open(principal, query, cursor)
    const { employees, end } = await deps.employees.search(principal, search, { signal, after })
    return { employees, ...(end && { next_cursor: deps.cursors.seal(principal, query, end) }) }
  },
})
