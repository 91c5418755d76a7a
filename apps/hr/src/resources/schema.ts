import { hr } from '../domain.ts'

export const schema = hr.defineResource({
  uri: 'schema://hr',
  name: 'schema',
  title: 'Tables of HR',
  description:
    'Tables and columns that query_hr_data can read, from the live database, with the rows of your company.',
  mimeType: 'application/json',
  scopes: ['hr:read'],
  optionalScopes: ['hr:compensation'],
  cache: { ttl: '60s', shared: 'principal', tags: ['employees', 'departments', 'projects', 'timesheets'] },
  async read({ deps, principal, signal }) {
    return { json: { tables: await deps.schema.describe(principal, { signal }) } }
  },
})
