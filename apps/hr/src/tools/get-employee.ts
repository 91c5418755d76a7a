import { NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { hr } from '../domain.ts'
import { Employee, EmployeeId } from '../model.ts'

export const getEmployee = hr.defineTool({
  name: 'get_employee',
  title: 'Get an employee',
  description:
    'Look up one employee by id: role, department, location, manager, hire date, tenure. ' +
    'To find an id use search_employees; for reports and managers above use get_org_chart.',
  effect: 'read',
  scopes: ['hr:read'],
  optionalScopes: ['hr:compensation'],
  cache: { ttl: '30s', shared: 'principal', tags: ['employees'] },
  input: z.object({ id: EmployeeId }),
  output: z.strictObject({ employee: Employee }),
  async run({ input, deps, principal, signal }) {
    const employee = await deps.employees.find(principal, input.id, { signal })
    if (!employee) throw new NotFoundError('employee', input.id)
    return { employee }
  },
})
