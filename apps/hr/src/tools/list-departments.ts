import { z } from 'zod'
import { hr } from '../domain.ts'
import { Department } from '../model.ts'

export const listDepartments = hr.defineTool({
  name: 'list_departments',
  title: 'List departments',
  description:
    'All departments with head, people employed today, active projects and yearly budget. ' +
    'For joiners, leavers and tenure by department use headcount_summary.',
  effect: 'read',
  scopes: ['hr:read'],
  cache: { ttl: '60s', shared: 'tenant', tags: ['departments', 'employees'] },
  input: z.object({}),
  output: z.strictObject({ departments: z.array(Department).describe('In order of name') }),
  async run({ deps, principal, signal }) {
    return { departments: await deps.departments.list(principal, { signal }) }
  },
})
