import { NotFoundError } from '@atoll/errors'
import { hr } from '../domain.ts'
import { EmployeeId } from '../model.ts'

const PAGE = 100

export const employee = hr.defineResource({
  uri: 'employee://{id}',
  name: 'employee',
  title: 'Employee',
  description: 'One employee by id, as get_employee answers.',
  mimeType: 'application/json',
  scopes: ['hr:read'],
  cache: { ttl: '30s', shared: 'principal', tags: ['employees'] },
  async read({ params, deps, principal, signal }) {
    const id = EmployeeId.safeParse(params.id)
    const found = id.success ? await deps.employees.find(principal, id.data, { signal }) : undefined
    if (!found) throw new NotFoundError('employee', params.id)
    return { json: found }
  },
  async list({ deps, principal, signal, cursor }) {
    const page = { sort: 'name', direction: 'asc', limit: PAGE, cursor } as const
    const { employees, nextCursor } = await deps.employees.search(principal, page, { signal })
    const items = employees.map(({ id, name, role }) => ({
      uri: `employee://${id}`,
      name: id,
      title: name,
      description: role,
      mimeType: 'application/json',
    }))
    return { items, ...(nextCursor !== undefined && { nextCursor }) }
  },
  complete: {
    id: ({ value, deps, principal, signal }) => deps.employees.idsFrom(principal, value, PAGE, { signal }),
  },
})
