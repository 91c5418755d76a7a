import { NotFoundError } from '@atoll/errors'
import { hr } from '../domain.ts'
import { EmployeeId } from '../model.ts'

const PAGE = { sort: 'name', direction: 'asc', limit: 100 } as const
/** What one completion may hold (MCP server/utilities/completion), and one more to tell that there are more. */
const MOST_COMPLETIONS = 101

export const employee = hr.defineResource({
  uri: 'employee://{id}',
  name: 'employee',
  title: 'Employee',
  description: 'One employee by id, as get_employee answers.',
  mimeType: 'application/json',
  scopes: ['hr:read'],
  optionalScopes: ['hr:compensation'],
  cache: { ttl: '30s', shared: 'principal', tags: ['employees'] },
  async read({ params, deps, principal, signal }) {
    const id = EmployeeId.safeParse(params.id)
    const found = id.success ? await deps.employees.find(principal, id.data, { signal }) : undefined
    if (!found) throw new NotFoundError('employee', params.id)
    return { json: found }
  },
  async list({ deps, principal, signal, cursor }) {
    const after = cursor === undefined ? undefined : deps.cursors.open(principal, PAGE, cursor)
    const { employees, end } = await deps.employees.search(principal, PAGE, { signal, after })
    const items = employees.map(({ id, name, role }) => ({
      uri: `employee://${id}`,
      name: id,
      title: name,
      description: role,
      mimeType: 'application/json',
    }))
    return { items, ...(end && { nextCursor: deps.cursors.seal(principal, PAGE, end) }) }
  },
  complete: {
    id: ({ value, deps, principal, signal }) =>
      /^[A-Za-z0-9._-]{0,64}$/.test(value)
        ? deps.employees.idsFrom(principal, value, MOST_COMPLETIONS, { signal })
        : [],
  },
})
