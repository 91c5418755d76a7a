import { InsufficientScopeError } from '@atoll/errors'
import { alice, bob, mallory } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acme } from '../../src/seed/acme.ts'
import { generate } from '../../src/seed/generate.ts'
import { type Companies, ownCompanies } from '../company.ts'

interface Found {
  id: string
  name: string
  role: string
  email: string
  location: string
  hired_on: string
  status: string
  department: { id: string; name: string }
  manager: { id: string } | null
}

const staff = generate(acme).employees
const reader = alice('hr:read')
let hr: Companies
beforeAll(async () => {
  hr = await ownCompanies()
})
afterAll(() => hr?.close())

const call = (args: Record<string, unknown>, as = reader) => hr.server.call('search_employees', args, { as })

async function everyPage(args: Record<string, unknown>, as = reader): Promise<Found[]> {
  const found: Found[] = []
  let cursor: string | undefined
  do {
    const { structuredContent } = await call({ ...args, ...(cursor && { cursor }) }, as)
    found.push(...structuredContent.employees)
    cursor = structuredContent.next_cursor
  } while (cursor)
  return found
}

const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id).sort()
const expected = (matches: (one: (typeof staff)[number]) => boolean) => ids(staff.filter(matches))

describe('finds employees', () => {
  test('by the beginnings of words in name, role and e-mail, in any case', async () => {
    const found = await everyPage({ text: 'ma ENGIN' })
    const starts = (text: string, prefix: string) => new RegExp(`(^|[^a-z])${prefix}`, 'i').test(text)
    expect(ids(found)).toEqual(
      expected(({ first_name, last_name, role }) => {
        const words = `${first_name} ${last_name} ${role}`
        return starts(words, 'ma') && starts(words, 'engin')
      }),
    )
    expect(found.length).toBeGreaterThan(0)
  })

  test('by the beginning of an e-mail address', async () => {
    expect(ids(await everyPage({ text: 'Ingrid.Das@acme' }))).toEqual(['E1001'])
  })

  test('by department, id or name', async () => {
    const engineers = expected(({ department_id }) => department_id === 'engineering')
    expect(ids(await everyPage({ department: 'engineering' }))).toEqual(engineers)
    expect(ids(await everyPage({ department: 'ENGINEERING' }))).toEqual(engineers)
    const success = expected(({ department_id }) => department_id === 'customer-success')
    expect(ids(await everyPage({ department: 'customer success' }))).toEqual(success)
  })

  test('by words of the role', async () => {
    const found = await everyPage({ role: 'senior engineer' })
    expect(ids(found)).toEqual(expected(({ role }) => /^Senior .*Engineer$/.test(role)))
  })

  test('by location, manager and hire date together', async () => {
    const args = { location: 'berlin', hired_from: '2020-01-01', hired_to: '2024-12-31' }
    const inRange = (day: string) => day >= '2020-01-01' && day <= '2024-12-31'
    expect(ids(await everyPage(args))).toEqual(
      expected(({ location, hired_on }) => location === 'Berlin' && inRange(hired_on)),
    )
    expect(ids(await everyPage({ manager_id: 'E1001' }))).toEqual(
      expected(({ manager_id }) => manager_id === 'E1001'),
    )
  })

  test('by status', async () => {
    expect(ids(await everyPage({ status: 'left' }))).toEqual(expected(({ left_on }) => left_on !== null))
    expect((await everyPage({ status: 'active' })).length).toBe(342 - 31)
  })
})

describe('pages', () => {
  test.each(['name', 'hired_on', 'role'] as const)('visit all 342 once, sorted by %s', async (sort) => {
    const up = await everyPage({ sort, limit: 100 })
    expect(new Set(ids(up)).size).toBe(342)
    const values = up.map((one) => one[sort])
    for (const [index, value] of values.entries()) {
      if (index > 0) expect(compare(values[index - 1] ?? '', value)).toBeLessThanOrEqual(0)
    }
    const down = await everyPage({ sort, limit: 100, direction: 'desc' })
    expect(down.map(({ id }) => id)).toEqual(up.map(({ id }) => id).reverse())
  })

  test('do not repeat or skip anybody when somebody is hired in between', async () => {
    const first = await call({ department: 'legal', limit: 3 })
    const before = ids(staff.filter(({ department_id }) => department_id === 'legal'))
    await hr.database.inTenant({ tenant: 'acme', subject: 'test' }, (trx) =>
      trx
        .insertInto('employees')
        .values({
          tenant: 'acme',
          id: 'E9000',
          first_name: 'Aaaron',
          last_name: 'Aaa',
          email: 'aaa@acme.example',
          role: 'Counsel',
          department_id: 'legal',
          location: 'Berlin',
          hired_on: '2026-07-01',
        })
        .execute(),
    )
    const { next_cursor, employees } = first.structuredContent
    const rest = await call({ department: 'legal', limit: 3, cursor: next_cursor })
    const last = await call({
      department: 'legal',
      limit: 3,
      cursor: rest.structuredContent.next_cursor,
    })
    const seen = [...employees, ...rest.structuredContent.employees, ...last.structuredContent.employees]
    await hr.database.inTenant({ tenant: 'acme', subject: 'test' }, (trx) =>
      trx.deleteFrom('employees').where('id', '=', 'E9000').execute(),
    )
    expect(ids(seen)).toEqual(before)
  })

  test('belong to one caller and one search', async () => {
    const { next_cursor } = (await call({ limit: 5 })).structuredContent
    for (const [args, as] of [
      [{ limit: 5, location: 'Berlin', cursor: next_cursor }, reader],
      [{ limit: 5, cursor: next_cursor }, bob('hr:read')],
      [{ limit: 5, cursor: next_cursor }, mallory('hr:read')],
      [{ limit: 5, cursor: `x${next_cursor}` }, reader],
    ] as const) {
      const refused = await call(args, as)
      expect(refused.isError).toBe(true)
      expect(refused.content[0]?.text).toMatch(/^INVALID: cursor: it does not belong to this search/)
    }
  })
})

test('shows salary bands only with hr:compensation', async () => {
  const withPay = await call({ limit: 5 }, alice('hr:read', 'hr:compensation'))
  for (const one of withPay.structuredContent.employees) expect(one.salary_band).toMatch(/^B\d\d$/)
  const without = await call({ limit: 5 })
  for (const one of without.structuredContent.employees) expect(one).not.toHaveProperty('salary_band')
})

test('does not find people by their salary band', async () => {
  const pay = alice('hr:read', 'hr:compensation')
  expect((await call({ text: 'B03' }, pay)).structuredContent.employees).toEqual([])
})

test('refuses a caller without hr:read', async () => {
  await expect(call({}, alice('orders:read'))).rejects.toBeInstanceOf(InsufficientScopeError)
})

test.each([
  [{ limit: 0 }, 'limit'],
  [{ sort: 'salary_band' }, 'sort'],
  [{ hired_from: '2026-13-01' }, 'hired_from'],
  [{ text: 'a\u0000b' }, 'text'],
  [{ boss: 'E1001' }, 'boss'],
])('refuses %j and names the argument', async (args, name) => {
  const result = await call(args)
  expect(result.isError).toBe(true)
  expect(result.content[0]?.text).toContain(name)
})

test('says what is wrong with a period that ends before it begins', async () => {
  const result = await call({ hired_from: '2026-02-01', hired_to: '2026-01-01' })
  expect(result.content[0]?.text).toBe(
    'INVALID: hired_from (2026-02-01) is after hired_to (2026-01-01). Swap them.',
  )
})

test('says when the department or the manager does not exist, and answers an empty page otherwise', async () => {
  const noDepartment = await call({ department: 'Alchemy' })
  expect(noDepartment.content[0]?.text).toBe('NOT_FOUND: There is no department "Alchemy" that you can see.')
  const noManager = await call({ manager_id: 'E9999' })
  expect(noManager.content[0]?.text).toBe('NOT_FOUND: There is no employee "E9999" that you can see.')
  const nobody = await call({ text: 'Zyzzyva' })
  expect(nobody.structuredContent).toEqual({ employees: [] })
})

test('answers each tenant from its own records', async () => {
  const theirs = await everyPage({}, mallory('hr:read'))
  expect(theirs).toHaveLength(58)
  for (const { id, email } of theirs) {
    expect(id).toMatch(/^G/)
    expect(email).toMatch(/@globex\.example$/)
  }
  const refused = await call({ manager_id: 'E1001' }, mallory('hr:read'))
  expect(refused.content[0]?.text).toBe('NOT_FOUND: There is no employee "E1001" that you can see.')
})

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en')
}
