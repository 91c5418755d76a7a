import { createDatabase, type Database } from '@atoll/database'
import { ConflictError, InvalidError } from '@atoll/errors'
import { principal, type TestDatabase, testDatabase } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import type { Tables } from '../../src/store/tables.ts'
import { hrStore } from '../../src/store.ts'
import { signal } from '../company.ts'
import { seedBig } from './seed-big.ts'

const alice = principal({ subject: 'alice', tenant: 'scale' })

let target: TestDatabase
let database: Database<Tables>
let store: ReturnType<typeof hrStore>
beforeAll(async () => {
  target = await testDatabase({ name: 'hr-big-company', migrations })
  await seedBig(target.ownerUrl, '--employees', '1500')
  database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'hr-test' })
  store = hrStore(database)
})
afterAll(async () => {
  await database?.close()
  await target?.close()
})

async function query<T extends object>(
  tenant: string,
  sql: string,
  values: unknown[] = [],
  { ownerUrl } = target,
) {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant', $1, false)`, [tenant])
    return (await client.query<T>(sql, values)).rows
  } finally {
    await client.end()
  }
}

const contents = (tenant: string, database = target) =>
  query<{ all: string }>(
    tenant,
    `select md5(string_agg(text, '' order by text)) as all from (
      select to_jsonb(e)::text as text from (
          select id, name, email, role, department_id, location, manager_id, hired_on, left_on from employees) e
      union all select to_jsonb(t)::text from (select employee_id, project_id, worked_on, hours from timesheets) t
      union all select to_jsonb(t)::text from (select employee_id, field, term from employee_terms) t
    ) rows`,
    [],
    database,
  )

test('makes the same company everywhere', async () => {
  const other = await testDatabase({ name: 'hr-big-company-again', migrations })
  try {
    const said = await seedBig(other.ownerUrl, '--employees', '1500', '--tenant', 'elsewhere')
    expect(said).toContain('Filled tenant elsewhere with 1500 employees\n')
    expect(await contents('elsewhere', other)).toEqual(await contents('scale'))
  } finally {
    await other.close()
  }
})

test('does not touch a tenant that has data unless it is to be replaced', async () => {
  const before = await contents('scale')
  await expect(seedBig(target.ownerUrl, '--employees', '9')).rejects.toBeInstanceOf(ConflictError)
  expect(await contents('scale')).toEqual(before)
  await seedBig(target.ownerUrl, '--employees', '9', '--tenant', 'other')
  await seedBig(target.ownerUrl, '--employees', '1', '--tenant', 'other', '--replace')
  expect(await query('other', 'select count(*)::int as people from employees')).toEqual([{ people: 1 }])
  expect(await contents('scale')).toEqual(before)
})

test('refuses numbers that are none', async () => {
  await expect(seedBig(target.ownerUrl, '--employees', 'many')).rejects.toThrow(
    new InvalidError('--employees must be a whole number from 1 to 2000000.'),
  )
})

test('has one at the top, nobody who reports to somebody who left, and hours of those who were there', async () => {
  expect(
    await query(
      'scale',
      `select (select count(*) from employees where manager_id is null)::int as top,
        (select count(*) from employees e join employees m on m.id = e.manager_id where m.left_on is not null)::int as orphans,
        (select count(*) > 0 from employees where left_on is not null) as leavers,
        (select count(*) from timesheets t join employees e on e.id = t.employee_id
          where t.worked_on < e.hired_on or t.worked_on >= e.left_on)::int as impossible`,
    ),
  ).toEqual([{ top: 1, orphans: 0, leavers: true, impossible: 0 }])
})

test.each([
  ['2024-01-01', '2024-12-31', undefined],
  ['2023-03-15', '2023-03-20', undefined],
  ['2019-12-31', '2025-01-01', undefined],
  ['2025-11-05', '2026-02-11', 'Berlin'],
])('the headcount from %s to %s is that of the people themselves', async (from, to, location) => {
  const { total, groups } = await store.headcount.summary(
    alice,
    { by: 'department', from, to, location },
    { signal },
  )
  const [counted] = await query(
    'scale',
    `select count(*) filter (where hired_on < $1 and (left_on is null or left_on >= $1))::int as opening,
      count(*) filter (where hired_on between $1 and $2)::int as joiners,
      count(*) filter (where left_on between $1 and $2)::int as leavers,
      count(*) filter (where hired_on <= $2 and (left_on is null or left_on > $2))::int as headcount,
      round(avg($2::date - hired_on) filter (where hired_on <= $2 and (left_on is null or left_on > $2)) / 365.25, 2)::float8
        as tenure_years,
      count(*)::int as on_record
    from employees where $3::text is null or location = $3`,
    [from, to, location],
  )
  expect(total).toMatchObject(counted ?? {})
  expect(groups.reduce((sum, { headcount }) => sum + headcount, 0)).toBe(total.headcount)
  const months = await store.headcount.summary(alice, { by: 'month', from, to, location }, { signal })
  expect(months.groups.at(-1)).toMatchObject({ headcount: total.headcount, tenure_years: total.tenure_years })
})

test('what is kept of moves follows people who are hired, moved, and removed', async () => {
  const kept = () =>
    query(
      'other',
      'select grain, location, department_id, starts_on::text, joined, gone from staff_moves order by 1, 2, 3, 4',
    )
  await query(
    'other',
    `update employees set department_id = 'sales', location = 'Lisbon', left_on = '2024-05-06', hired_on = '2020-02-03'`,
  )
  const moves = (await kept()).filter((row) => Object.values(row).some(Number))
  expect(moves.map((row) => Object.values(row).join(' ')).filter((row) => !row.endsWith(' 0 0'))).toEqual([
    'day  sales 2020-02-03 1 0',
    'day  sales 2024-05-06 0 1',
    'month  sales 2020-02-01 1 0',
    'month  sales 2024-05-01 0 1',
    'month Lisbon sales 2020-02-01 1 0',
    'month Lisbon sales 2024-05-01 0 1',
    'year  sales 2020-01-01 1 0',
    'year  sales 2024-01-01 0 1',
    'year Lisbon sales 2020-01-01 1 0',
    'year Lisbon sales 2024-01-01 0 1',
  ])
})
