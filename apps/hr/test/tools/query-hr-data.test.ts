import { InsufficientScopeError } from '@atoll/errors'
import { alice, mallory } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acme } from '../../src/seed/acme.ts'
import { generate } from '../../src/seed/generate.ts'
import { type Companies, companies } from '../company.ts'

const data = generate(acme)
const reader = alice('hr:read')
const payReader = alice('hr:read', 'hr:compensation')
let hr: Companies
beforeAll(async () => {
  hr = await companies()
})
afterAll(() => hr?.close())

const call = (args: Record<string, unknown>, as = reader) => hr.server.call('query_hr_data', args, { as })
const rowsOf = async (args: Record<string, unknown>, as = reader) =>
  (await call(args, as)).structuredContent.rows

/** Ids that one filter on employees leaves. */
async function idsWhere(column: string, op: string, value: unknown): Promise<string[]> {
  const filters = [{ column, op, value }]
  const rows = await rowsOf({ table: 'employees', columns: ['id'], filters, limit: 500 })
  return rows.map(({ id }: { id: string }) => id)
}

function idsOf(matches: (one: (typeof data.employees)[number]) => boolean): string[] {
  return data.employees
    .filter(matches)
    .map(({ id }) => id)
    .sort()
}

describe('plain rows', () => {
  test('hold the columns asked for, in order, with names beside ids', async () => {
    const { structuredContent } = await call({
      table: 'employees',
      columns: ['name', 'department', 'manager', 'hired_on', 'tenure_years'],
      filters: [{ column: 'id', op: 'eq', value: 'E1002' }],
    })
    expect(structuredContent).toEqual({
      columns: ['name', 'department', 'manager', 'hired_on', 'tenure_years'],
      rows: [
        {
          name: 'Ethan Almeida',
          department: 'People and Culture',
          manager: 'Ingrid Das',
          hired_on: '2012-06-06',
          tenure_years: expect.any(Number),
        },
      ],
      truncated: false,
    })
  })

  test('are cut at the limit, and say so', async () => {
    const cut = (await call({ table: 'timesheets', limit: 500 })).structuredContent
    expect(cut.rows).toHaveLength(500)
    expect(cut.truncated).toBe(true)
    const whole = (await call({ table: 'departments', limit: 12 })).structuredContent
    expect(whole.rows).toHaveLength(12)
    expect(whole.truncated).toBe(false)
  })

  test('are sorted by columns that need not be shown, empty values last', async () => {
    const sort = [{ column: 'left_on', direction: 'desc' }]
    const rows = await rowsOf({ table: 'employees', columns: ['id'], sort, limit: 32 })
    const left = data.employees.filter(({ left_on }) => left_on)
    const expected = left.toSorted(
      (a, b) => (b.left_on ?? '').localeCompare(a.left_on ?? '') || (a.id < b.id ? -1 : 1),
    )
    expect(rows.slice(0, 31)).toEqual(expected.map(({ id }) => ({ id })))
  })
})

describe('filters', () => {
  const cases: [string, string, unknown, (one: (typeof data.employees)[number]) => boolean][] = [
    ['location', 'eq', 'Lisbon', ({ location }) => location === 'Lisbon'],
    ['location', 'ne', 'Lisbon', ({ location }) => location !== 'Lisbon'],
    ['hired_on', 'lt', '2015-01-01', ({ hired_on }) => hired_on < '2015-01-01'],
    ['hired_on', 'lte', '2012-06-06', ({ hired_on }) => hired_on <= '2012-06-06'],
    ['hired_on', 'gt', '2026-01-01', ({ hired_on }) => hired_on > '2026-01-01'],
    ['hired_on', 'gte', '2026-01-01', ({ hired_on }) => hired_on >= '2026-01-01'],
    ['id', 'in', ['E1001', 'E1005', 'E9999'], ({ id }) => id === 'E1001' || id === 'E1005'],
    ['hired_on', 'between', ['2020-01-01', '2020-12-31'], ({ hired_on }) => hired_on.startsWith('2020')],
    ['role', 'contains', 'ENGINEER', ({ role }) => role.includes('Engineer')],
    ['left_on', 'is_null', true, ({ left_on }) => left_on === null],
    ['left_on', 'is_null', false, ({ left_on }) => left_on !== null],
    ['manager_id', 'ne', 'E1001', ({ manager_id }) => manager_id !== 'E1001'],
  ]
  test.each(cases)('%s %s %j', async (column, op, value, matches) => {
    const expected = idsOf(matches)
    expect(expected.length).toBeGreaterThan(0)
    expect(await idsWhere(column, op, value)).toEqual(expected)
  })

  test('all hold together', async () => {
    const filters = [
      { column: 'department', op: 'eq', value: 'Sales' },
      { column: 'status', op: 'eq', value: 'left' },
    ]
    const rows = await rowsOf({ table: 'employees', columns: ['id'], filters })
    expect(rows.map(({ id }: { id: string }) => id)).toEqual(
      idsOf(({ department_id, left_on }) => department_id === 'sales' && left_on !== null),
    )
  })

  test('take values as values: neither wildcards nor SQL mean anything', async () => {
    expect(await idsWhere('name', 'contains', '%')).toEqual([])
    expect(await idsWhere('name', 'contains', '_')).toEqual([])
    expect(await idsWhere('name', 'eq', "x' or '1'='1")).toEqual([])
    expect(await idsWhere('name', 'contains', '\\')).toEqual([])
  })

  test('compare numbers', async () => {
    const filters = [{ column: 'hours', op: 'eq', value: 7.5 }]
    const [row] = await rowsOf({ table: 'timesheets', filters, aggregates: [{ fn: 'count' }] })
    expect(row.count).toBe(data.timesheets.filter(({ hours }) => Number(hours) === 7.5).length)
  })
})

describe('groups and aggregates', () => {
  test('count everything on record', async () => {
    for (const [table, count] of [
      ['employees', 342],
      ['departments', 12],
      ['projects', 67],
      ['timesheets', 15_420],
    ]) {
      expect(await rowsOf({ table, aggregates: [{ fn: 'count' }] })).toEqual([{ count }])
    }
  })

  test('count, add, average and find the ends per group, sorted by a result', async () => {
    const { structuredContent } = await call({
      table: 'timesheets',
      group_by: ['project'],
      aggregates: [
        { fn: 'sum', column: 'hours', as: 'total' },
        { fn: 'avg', column: 'hours' },
        { fn: 'count_distinct', column: 'employee_id', as: 'people' },
        { fn: 'min', column: 'worked_on' },
        { fn: 'max', column: 'hours' },
      ],
      sort: [{ column: 'total', direction: 'desc' }],
      limit: 1,
    })
    const entries = data.timesheets.filter(({ project_id }) => project_id === 'P002')
    const total = entries.reduce((sum, { hours }) => sum + Number(hours), 0)
    expect(structuredContent).toEqual({
      columns: ['project', 'total', 'avg_hours', 'people', 'min_worked_on', 'max_hours'],
      rows: [
        {
          project: 'Gripper Mark IV',
          total,
          avg_hours: expect.closeTo(total / entries.length, 3),
          people: new Set(entries.map(({ employee_id }) => employee_id)).size,
          min_worked_on: entries.map(({ worked_on }) => worked_on).sort()[0],
          max_hours: 8,
        },
      ],
      truncated: true,
    })
  })

  test('group by parts of a date, in order of time', async () => {
    const rows = await rowsOf({
      table: 'employees',
      group_by: [{ column: 'hired_on', by: 'year' }],
      aggregates: [{ fn: 'count', as: 'people' }],
    })
    const years = new Map<string, number>()
    for (const { hired_on } of data.employees) {
      const year = `${hired_on.slice(0, 4)}-01-01`
      years.set(year, (years.get(year) ?? 0) + 1)
    }
    expect(rows).toEqual([...years].sort().map(([hired_on_year, people]) => ({ hired_on_year, people })))
  })

  test('list what there is when nothing is aggregated', async () => {
    const rows = await rowsOf({ table: 'employees', group_by: ['location'] })
    expect(rows.map(({ location }: { location: string }) => location).sort()).toEqual(
      [...acme.locations].sort(),
    )
  })
})

describe('what is not allowed is answered with what is', () => {
  const COLUMNS =
    'id, name, email, role, department_id, department, location, manager_id, manager, employment_type, ' +
    'hired_on, left_on, status, tenure_years'
  const everywhere = (column: string): [string, Record<string, unknown>][] => [
    ['columns', { columns: [column] }],
    ['filters', { filters: [{ column, op: 'eq', value: 'B03' }] }],
    ['is_null filters', { filters: [{ column, op: 'is_null', value: false }] }],
    ['sort', { sort: [{ column }] }],
    ['group_by', { group_by: [column] }],
    ['group_by a date', { group_by: [{ column, by: 'month' }] }],
    ['aggregates', { aggregates: [{ fn: 'max', column }] }],
    ['count', { aggregates: [{ fn: 'count', column }] }],
  ]

  test('a table', async () => {
    const result = await call({ table: 'pg_authid' })
    expect(result.isError).toBe(true)
    expect(result.content[0]?.text).toBe(
      'INVALID: There is no table "pg_authid" to query. Tables: employees, departments, projects, timesheets.',
    )
  })

  test.each(everywhere('password'))('a column in %s', async (_, args) => {
    const result = await call({ table: 'employees', ...args })
    expect(result.content[0]?.text).toBe(`INVALID: employees has no column "password". Columns: ${COLUMNS}.`)
  })

  test.each(everywhere('salary_band'))('the salary band in %s without hr:compensation', async (_, args) => {
    const result = await call({ table: 'employees', ...args })
    expect(result.content[0]?.text).toBe(
      `INVALID: employees has no column "salary_band". Columns: ${COLUMNS}.`,
    )
  })

  test('columns of the database that are not in the list, and names of JavaScript', async () => {
    for (const column of ['tenant', 'first_name', 'location_key', 'constructor', '__proto__']) {
      const result = await call({ table: 'employees', columns: [column] })
      expect(result.content[0]?.text).toContain(`employees has no column "${column}"`)
    }
    const result = await call({ table: '__proto__' })
    expect(result.content[0]?.text).toContain('There is no table "__proto__"')
  })

  test('a sort by what an aggregated result does not hold', async () => {
    const result = await call({
      table: 'employees',
      group_by: ['location'],
      aggregates: [{ fn: 'count' }],
      sort: [{ column: 'salary_band' }],
    })
    expect(result.content[0]?.text).toBe(
      'INVALID: Cannot sort by "salary_band". The result has: location, count.',
    )
  })
})

test('the description names the columns of everybody, and those of nobody else', async () => {
  const { tools } = await hr.server.request('tools/list', {}, { as: payReader })
  const tool = (tools as { name: string; description: string }[]).find(({ name }) => name === 'query_hr_data')
  expect(tool?.description).toContain(
    'departments (id, name, head_id, head, cost_center, annual_budget_minor, currency)',
  )
  expect(tool?.description).toContain('left_on, status, tenure_years);')
  expect(JSON.stringify(tool)).not.toContain('salary')
})

test('with hr:compensation the salary band works like any column', async () => {
  const rows = await rowsOf(
    {
      table: 'employees',
      filters: [{ column: 'salary_band', op: 'gte', value: 'B08' }],
      group_by: ['salary_band'],
      aggregates: [{ fn: 'count', as: 'people' }],
      sort: [{ column: 'salary_band', direction: 'desc' }],
    },
    payReader,
  )
  const bands = new Map<string, number>()
  for (const { salary_band } of data.employees) {
    if (salary_band && salary_band >= 'B08') bands.set(salary_band, (bands.get(salary_band) ?? 0) + 1)
  }
  expect(rows).toEqual(
    [...bands]
      .sort((a, b) => (a[0] < b[0] ? 1 : -1))
      .map(([salary_band, people]) => ({ salary_band, people })),
  )
})

test('an answer for somebody with hr:compensation is not served to somebody without', async () => {
  const args = { table: 'employees', filters: [{ column: 'id', op: 'eq', value: 'E1001' }] }
  const [seen] = await rowsOf(args, payReader)
  expect(seen.salary_band).toBe('B12')
  const [hidden] = await rowsOf(args, reader)
  expect(hidden).not.toHaveProperty('salary_band')
})

test('refuses a caller without hr:read', async () => {
  await expect(call({ table: 'employees' }, alice('hr:compensation'))).rejects.toBeInstanceOf(
    InsufficientScopeError,
  )
})

test.each([
  [{ table: 'employees', limit: 501 }, 'limit'],
  [{ table: 'employees', filters: [{ column: 'id', op: 'like', value: 'E%' }] }, 'op'],
  [{ table: 'employees', filters: [{ column: 'id', op: 'in', value: [] }] }, 'value'],
  [{ table: 'employees', aggregates: [{ fn: 'median', column: 'tenure_years' }] }, 'fn'],
  [{ table: 'employees', aggregates: [{ fn: 'count', as: 'x"; drop' }] }, 'as: must be lower-case'],
  [
    { table: 'employees', filters: [{ column: 'hired_on', op: 'gt', value: 'May' }] },
    'is a date: give it as YYYY-MM-DD',
  ],
  [
    { table: 'employees', filters: [{ column: 'name', op: 'eq', value: 5 }] },
    'is text: give the value as a string',
  ],
  [
    { table: 'timesheets', filters: [{ column: 'hours', op: 'gt', value: '5' }] },
    'is a number: give the value without quotes',
  ],
  [
    { table: 'timesheets', filters: [{ column: 'hours', op: 'contains', value: '5' }] },
    'contains is for text',
  ],
  [{ table: 'employees', aggregates: [{ fn: 'sum', column: 'name' }] }, 'Number columns: tenure_years'],
  [{ table: 'employees', aggregates: [{ fn: 'sum' }] }, 'sum needs a column'],
  [{ table: 'employees', group_by: [{ column: 'name', by: 'year' }] }, 'Date columns: hired_on, left_on'],
  [{ table: 'employees', columns: ['id'], group_by: ['location'] }, 'put the columns into group_by'],
  [{ table: 'employees', aggregates: [{ fn: 'count' }, { fn: 'count' }] }, 'Two results are named "count"'],
])('refuses %j and says why', async (args, reason) => {
  const result = await call(args)
  expect(result.isError).toBe(true)
  expect(result.content[0]?.text).toContain(reason)
})

test('reads the rows of the tenant only', async () => {
  const theirs = await rowsOf({ table: 'employees', aggregates: [{ fn: 'count' }] }, mallory('hr:read'))
  expect(theirs).toEqual([{ count: 58 }])
  const filters = [{ column: 'id', op: 'eq', value: 'E1001' }]
  expect(await rowsOf({ table: 'employees', filters }, mallory('hr:read', 'hr:compensation'))).toEqual([])
})
