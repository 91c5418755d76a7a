import { migrations } from '@atoll/hr/migrations/index.ts'
import { server } from '@atoll/hr/src/server.ts'
import { principal } from '@atoll/testing'
import { type Ask, type Question, type ScaleDomain, spread } from './domain.ts'

const TENANT = 'scale'
const alice = principal({ subject: 'alice', tenant: TENANT, scopes: ['hr:read'] })
const YEARS = [2021, 2022, 2023, 2024, 2025]

export const hr: ScaleDomain = {
  name: 'hr',
  unit: 'employees',
  sizes: [342, 30_000, 300_000],
  server,
  migrations,
  seed: (size) => ['--employees', String(size), '--tenant', TENANT],
  questions: (size) => {
    const id = (call: number) => `E${1000 + spread(call, size)}`
    const manager = (call: number) => `E${1000 + spread(call, Math.ceil(size / 8))}`
    const period = (call: number) => {
      const year = YEARS[call % YEARS.length]
      return { from: `${year}-02-03`, to: `${year}-10-17` }
    }
    return [
      look('get_employee', 'any', (call) => ({ id: id(call) })),
      look('get_org_chart', 'around a manager', (call) => ({ employee_id: manager(call), depth: 1 })),
      look('get_org_chart', 'from the top, 10 levels', () => ({ depth: 10, limit: 100 })),
      list('list_departments', 'all', {}),
      list('search_employees', 'first page', {}),
      page(20, {}),
      page(3, { department: 'engineering', status: 'active' }),
      page(2, { location: 'Lisbon' }),
      page(2, { sort: 'hired_on', direction: 'desc' }),
      list('search_employees', 'two words of a role', { text: 'senior engineer', limit: 5 }),
      // Nobody of 342 is called that: where nothing is found, no page is made.
      list('search_employees', 'first and last name', { text: 'maria garcia', limit: 5 }),
      list('search_employees', 'a common name', { text: 'maria', limit: 5 }),
      list('search_employees', 'reports of a manager', { manager_id: 'E1005' }),
      add('headcount_summary', 'by department', (call) => ({ by: 'department', ...period(call) })),
      add('headcount_summary', 'by month, one office', (call) => ({
        by: 'month',
        location: 'Berlin',
        ...period(call),
      })),
      add('timesheet_summary', 'by project, all', () => ({ by: 'project' })),
      add('timesheet_summary', 'by employee, one project', () => ({ by: 'employee', project_id: 'P0007' })),
      add('timesheet_summary', 'by week, one employee', (call) => ({ by: 'week', employee_id: id(call) })),
      add('query_hr_data', 'employees by location', () => ({
        table: 'employees',
        group_by: ['location'],
        aggregates: [{ fn: 'count' }],
      })),
    ]
  },
}

function look(tool: string, about: string, args: (call: number) => Record<string, unknown>): Question {
  return { kind: 'look up', tool, about, as: alice, args }
}

function list(tool: string, about: string, args: Record<string, unknown>): Question {
  return { kind: 'list', tool, about, as: alice, args: () => args }
}

function add(tool: string, about: string, args: (call: number) => Record<string, unknown>): Question {
  return { kind: 'add up', tool, about, as: alice, args }
}

/** The page of that number, of five people. */
function page(number: number, filter: Record<string, unknown>): Question {
  const about = [...Object.values(filter), `page ${number}`].join(', ')
  const args = { ...filter, limit: 5 }
  return {
    ...list('search_employees', about, args),
    async before(ask: Ask) {
      let cursor: string | undefined
      for (let at = 1; at < number; at += 1) {
        const found = await ask('search_employees', { ...args, ...(cursor && { cursor }) }, alice)
        cursor = found.next_cursor
      }
      return cursor
    },
    args: (_call, cursor) => ({ ...args, ...(cursor && { cursor }) }),
  }
}
