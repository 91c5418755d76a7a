import { hr } from '../domain.ts'

export const company = hr.defineResource({
  uri: 'config://company',
  name: 'company',
  title: 'Company profile',
  description:
    'Name, headquarters, currency, working week, fiscal year, offices and how far the records reach.',
  mimeType: 'application/json',
  scopes: ['hr:read'],
  cache: { ttl: '60s', shared: 'tenant', tags: ['company', 'employees', 'timesheets'] },
  async read({ deps, principal, signal }) {
    return { json: await deps.company.profile(principal, { signal }) }
  },
})
