import { InsufficientScopeError } from '@atoll/errors'
import { alice, mallory } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acme } from '../../src/seed/acme.ts'
import { generate } from '../../src/seed/generate.ts'
import { type Companies, companies } from '../company.ts'

type Person = ReturnType<typeof generate>['employees'][number]

const staff = generate(acme).employees
const YEAR = { from: '2025-07-01', to: '2026-06-30' }
let hr: Companies
beforeAll(async () => {
  hr = await companies()
})
afterAll(() => hr?.close())

const call = (args: Record<string, unknown>, as = alice('hr:read')) =>
  hr.server.call('headcount_summary', args, { as })

/** The same figures counted one person at a time. */
function figures(people: readonly Person[], from: string, to: string) {
  const employed = (day: string) =>
    people.filter(({ hired_on, left_on }) => hired_on <= day && (!left_on || left_on > day))
  const before = new Date(Date.parse(from) - 86_400_000).toISOString().slice(0, 10)
  const opening = employed(before).length
  const leavers = people.filter(({ left_on }) => left_on && left_on >= from && left_on <= to).length
  const atEnd = employed(to)
  const days = atEnd.map(({ hired_on }) => (Date.parse(to) - Date.parse(hired_on)) / 86_400_000)
  const mean = (opening + atEnd.length) / 2
  return {
    opening,
    joiners: people.filter(({ hired_on }) => hired_on >= from && hired_on <= to).length,
    leavers,
    headcount: atEnd.length,
    attrition_percent: mean === 0 ? null : Math.round((leavers / mean) * 1000) / 10,
    average_tenure_years:
      days.length === 0 ? null : expect.closeTo(days.reduce((a, b) => a + b, 0) / days.length / 365.25, 1),
  }
}

test('counts employees on record and employed', async () => {
  const { structuredContent } = await call({ by: 'none', ...YEAR })
  expect(structuredContent).toEqual({
    ...YEAR,
    on_record: 342,
    total: figures(staff, YEAR.from, YEAR.to),
    groups: [],
  })
  expect(structuredContent.total.headcount).toBe(311)
})

test('counts by department', async () => {
  const { structuredContent } = await call({ by: 'department', ...YEAR })
  expect(structuredContent.groups).toHaveLength(12)
  for (const { key, name, ...group } of structuredContent.groups) {
    const members = staff.filter(({ department_id }) => department_id === key)
    expect(group).toEqual(figures(members, YEAR.from, YEAR.to))
    expect(name).toBe(acme.departments.find(({ id }) => id === key)?.name)
  }
})

test('counts by location', async () => {
  const { structuredContent } = await call({ by: 'location', ...YEAR })
  expect(structuredContent.groups.map(({ key }: { key: string }) => key).sort()).toEqual(
    [...acme.locations].sort(),
  )
  for (const { key, name, ...group } of structuredContent.groups) {
    expect(name).toBe(key)
    expect(group).toEqual(
      figures(
        staff.filter(({ location }) => location === key),
        YEAR.from,
        YEAR.to,
      ),
    )
  }
})

test('counts by month, each opening with what the month before closed with', async () => {
  const { structuredContent } = await call({ by: 'month', from: '2025-11-15', to: '2026-03-10' })
  const periods = [
    ['2025-11', '2025-11-15', '2025-11-30'],
    ['2025-12', '2025-12-01', '2025-12-31'],
    ['2026-01', '2026-01-01', '2026-01-31'],
    ['2026-02', '2026-02-01', '2026-02-28'],
    ['2026-03', '2026-03-01', '2026-03-10'],
  ] as const
  expect(structuredContent.groups).toEqual(
    periods.map(([key, from, to]) => ({ key, name: key, ...figures(staff, from, to) })),
  )
})

test('counts one department or location', async () => {
  const { structuredContent } = await call({ by: 'month', department: 'sales', location: 'berlin', ...YEAR })
  const members = staff.filter(
    ({ department_id, location }) => department_id === 'sales' && location === 'Berlin',
  )
  expect(structuredContent.on_record).toBe(members.length)
  expect(structuredContent.total).toEqual(figures(members, YEAR.from, YEAR.to))
  expect(structuredContent.groups).toHaveLength(12)
})

test('covers the twelve months before the last day when there is no first', async () => {
  const { structuredContent } = await call({ to: '2026-06-30' })
  expect(structuredContent.from).toBe('2025-07-01')
})

test('answers zeros before the company existed', async () => {
  const { structuredContent } = await call({ by: 'month', from: '2001-01-01', to: '2001-02-28' })
  expect(structuredContent.total).toEqual(figures(staff, '2001-01-01', '2001-02-28'))
  expect(structuredContent.groups).toHaveLength(2)
})

test('refuses a caller without hr:read', async () => {
  await expect(call({}, alice('hr:compensation'))).rejects.toBeInstanceOf(InsufficientScopeError)
})

test.each([
  [{ by: 'salary_band' }, 'by'],
  [{ from: '2026-06-31' }, 'from'],
  [{ from: '2026-06-30', to: '2026-01-01' }, 'from (2026-06-30) is after to (2026-01-01)'],
  [{ by: 'month', from: '1990-01-01', to: '2026-01-01' }, 'at most 120 months'],
])('refuses %j and says why', async (args, reason) => {
  const result = await call(args)
  expect(result.isError).toBe(true)
  expect(result.content[0]?.text).toContain(reason)
})

test('says that a department does not exist', async () => {
  const result = await call({ department: 'Alchemy' })
  expect(result.content[0]?.text).toBe('NOT_FOUND: There is no department "Alchemy" that you can see.')
})

test('counts only the people of the tenant', async () => {
  const { structuredContent } = await call({ by: 'none', ...YEAR }, mallory('hr:read'))
  expect(structuredContent.on_record).toBe(58)
  const hidden = await call({ department: 'engineering' }, mallory('hr:read'))
  expect(hidden.content[0]?.text).toBe('NOT_FOUND: There is no department "engineering" that you can see.')
})
