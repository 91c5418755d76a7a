import { InsufficientScopeError } from '@atoll/errors'
import { alice, mallory } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acme } from '../../src/seed/acme.ts'
import { generate } from '../../src/seed/generate.ts'
import { type Companies, companies } from '../company.ts'

type Entry = ReturnType<typeof generate>['timesheets'][number]
interface Group {
  key: string
  name: string
  hours: number
}

const data = generate(acme)
let hr: Companies
beforeAll(async () => {
  hr = await companies()
})
afterAll(() => hr?.close())

const call = (args: Record<string, unknown>, as = alice('hr:read')) =>
  hr.server.call('timesheet_summary', args, { as })

/** The same figures counted one row at a time. */
function counts(entries: readonly Entry[]) {
  return {
    hours: entries.reduce((sum, { hours }) => sum + Number(hours), 0),
    entries: entries.length,
    employees: new Set(entries.map(({ employee_id }) => employee_id)).size,
  }
}

test('adds up all 15,420 rows by project, most hours first', async () => {
  const { structuredContent } = await call({})
  expect(structuredContent.total).toEqual(counts(data.timesheets))
  expect(structuredContent.total.entries).toBe(15_420)
  expect(structuredContent).toMatchObject({ from: '2026-01-05', to: '2026-06-30', truncated: false })
  const groups: Group[] = structuredContent.groups
  for (const { key, name, ...group } of groups) {
    expect(group).toEqual(counts(data.timesheets.filter(({ project_id }) => project_id === key)))
    expect(name).toBe(data.projects.find(({ id }) => id === key)?.name)
  }
  const hours = groups.map((group) => group.hours)
  expect(hours).toEqual(hours.toSorted((a, b) => b - a))
})

test('adds up by the department people are in', async () => {
  const { structuredContent } = await call({ by: 'department' })
  const departmentOf = new Map(data.employees.map(({ id, department_id }) => [id, department_id]))
  expect(structuredContent.groups).toHaveLength(12)
  for (const { key, name, ...group } of structuredContent.groups) {
    const entries = data.timesheets.filter(({ employee_id }) => departmentOf.get(employee_id) === key)
    expect(group).toEqual(counts(entries))
    expect(name).toBe(acme.departments.find(({ id }) => id === key)?.name)
  }
})

test('adds up by month and by ISO week in order of time', async () => {
  const months = await call({ by: 'month' })
  expect(months.structuredContent.groups.map(({ key }: Group) => key)).toEqual(
    ['01', '02', '03', '04', '05', '06'].map((month) => `2026-${month}`),
  )
  for (const { key, name: _, ...group } of months.structuredContent.groups) {
    expect(group).toEqual(counts(data.timesheets.filter(({ worked_on }) => worked_on.startsWith(key))))
  }
  const weeks = await call({ by: 'week', from: '2026-01-05', to: '2026-01-18' })
  expect(weeks.structuredContent.groups.map(({ key }: Group) => key)).toEqual(['2026-W02', '2026-W03'])
  const first = data.timesheets.filter(
    ({ worked_on }) => worked_on >= '2026-01-05' && worked_on <= '2026-01-11',
  )
  expect(weeks.structuredContent.groups[0]).toMatchObject(counts(first))
})

test('adds up by employee within a project, a department and a period', async () => {
  const period = { from: '2026-03-01', to: '2026-03-31' }
  const args = { by: 'employee', project_id: 'P002', department: 'Engineering', ...period, limit: 5 }
  const { structuredContent } = await call(args)
  const engineers = new Set(
    data.employees.filter(({ department_id }) => department_id === 'engineering').map(({ id }) => id),
  )
  const entries = data.timesheets.filter(
    ({ project_id, employee_id, worked_on }) =>
      project_id === 'P002' && engineers.has(employee_id) && worked_on.startsWith('2026-03'),
  )
  expect(structuredContent.total).toEqual(counts(entries))
  expect(structuredContent.groups).toHaveLength(5)
  expect(structuredContent.truncated).toBe(true)
  for (const { key, name: _, ...group } of structuredContent.groups) {
    expect(group).toEqual(counts(entries.filter(({ employee_id }) => employee_id === key)))
  }
})

test('answers zeros where nobody worked', async () => {
  const { structuredContent } = await call({ from: '2020-01-01', to: '2020-12-31' })
  expect(structuredContent).toEqual({
    from: null,
    to: null,
    total: { hours: 0, entries: 0, employees: 0 },
    groups: [],
    truncated: false,
  })
})

test('refuses a caller without hr:read', async () => {
  await expect(call({}, alice('orders:read'))).rejects.toBeInstanceOf(InsufficientScopeError)
})

test.each([
  [{ by: 'day' }, 'by'],
  [{ limit: 501 }, 'limit'],
  [{ from: '2026-06-30', to: '2026-01-01' }, 'from (2026-06-30) is after to (2026-01-01)'],
])('refuses %j and says why', async (args, reason) => {
  const result = await call(args)
  expect(result.isError).toBe(true)
  expect(result.content[0]?.text).toContain(reason)
})

test.each([
  [{ department: 'Alchemy' }, 'department "Alchemy"'],
  [{ project_id: 'P999' }, 'project "P999"'],
  [{ employee_id: 'E9999' }, 'employee "E9999"'],
])('says that %j does not exist', async (args, thing) => {
  const result = await call(args)
  expect(result.content[0]?.text).toBe(`NOT_FOUND: There is no ${thing} that you can see.`)
})

test('adds up only the hours of the tenant', async () => {
  const theirs = await call({}, mallory('hr:read'))
  expect(theirs.structuredContent.total.entries).toBe(1200)
  const hidden = await call({ project_id: 'P002' }, mallory('hr:read'))
  expect(hidden.content[0]?.text).toBe('NOT_FOUND: There is no project "P002" that you can see.')
})
