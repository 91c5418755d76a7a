import { createDatabase, type Database } from '@atoll/database'
import { seededRandom } from '@atoll/scale-data'
import { principal, type TestDatabase, testDatabase } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { EmployeeId, ProjectId } from '../../src/model.ts'
import type { Tables } from '../../src/store/tables.ts'
import type { TimesheetRequest } from '../../src/store/timesheets.ts'
import { hrStore } from '../../src/store.ts'
import { signal } from '../company.ts'

const alice = principal({ subject: 'alice', tenant: 'acme' })
const PEOPLE = 12
const PROJECTS = 4
const DEPARTMENTS = ['engineering', 'sales', 'legal'] as const

let target: TestDatabase
let database: Database<Tables>
let store: ReturnType<typeof hrStore>
let owner: pg.Client
beforeAll(async () => {
  target = await testDatabase({ name: 'hr-timesheet-sums', migrations })
  database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'hr-test' })
  store = hrStore(database)
  // Another company with the same ids, to be left out of everything.
  for (const tenant of ['globex', 'acme']) await populate(tenant)
  owner = await connect('acme')
})
afterAll(async () => {
  await owner?.end()
  await database?.close()
  await target?.close()
})

async function connect(tenant: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: target.ownerUrl })
  await client.connect()
  await client.query(`select set_config('app.tenant', $1, false)`, [tenant])
  return client
}

async function populate(tenant: string): Promise<void> {
  const client = await connect(tenant)
  try {
    await client.query(
      `insert into departments (tenant, id, name) select $1, id, id from unnest($2::text[]) id`,
      [tenant, DEPARTMENTS],
    )
    await client.query(
      `insert into employees (tenant, id, first_name, last_name, email, role, department_id, location, hired_on)
      select $1, 'E' || no, 'Ada', 'No ' || no, no || '@atoll.example', 'Engineer',
        ($2::text[])[1 + no % 3], 'Berlin', '2020-01-01' from generate_series(1, $3) no`,
      [tenant, DEPARTMENTS, PEOPLE],
    )
    await client.query(
      `insert into projects (tenant, id, name, department_id, status, starts_on, budget_minor, spent_minor, currency, budget_hours)
      select $1, 'P' || no, 'Project ' || no, 'sales', 'active', '2025-01-01', 0, 0, 'EUR', 0
      from generate_series(1, $2) no`,
      [tenant, PROJECTS],
    )
    await client.query(
      `insert into timesheets (tenant, employee_id, project_id, worked_on, hours)
      select $1, 'E' || person, 'P' || 1 + (person + day) % $3, date '2025-11-17' + day * 5, 1.25 + day % 4
      from generate_series(1, $2) person, generate_series(0, 20) day where (person * 7 + day) % 3 > 0`,
      [tenant, PEOPLE, PROJECTS],
    )
  } finally {
    await client.end()
  }
}

interface Entry {
  employee_id: string
  department_id: string
  project_id: string
  worked_on: string
  week: string
  hours: string
}

/** The entries themselves, and the department of each person. */
async function recorded(): Promise<Entry[]> {
  const { rows } = await owner.query<Entry>(
    `select t.employee_id, e.department_id, t.project_id, t.worked_on::text, to_char(t.worked_on, 'IYYY-"W"IW') as week, t.hours
    from timesheets t join employees e on e.tenant = t.tenant and e.id = t.employee_id`,
  )
  return rows
}

const KEYS: Record<TimesheetRequest['by'], (entry: Entry) => string> = {
  project: ({ project_id }) => project_id,
  employee: ({ employee_id }) => employee_id,
  department: ({ department_id }) => department_id,
  week: ({ week }) => week,
  month: ({ worked_on }) => worked_on.slice(0, 7),
}

function counts(entries: readonly Entry[]) {
  return {
    hours: entries.reduce((sum, { hours }) => sum + Number(hours), 0),
    entries: entries.length,
    employees: new Set(entries.map(({ employee_id }) => employee_id)).size,
  }
}

/** The same answer, counted entry by entry. */
function counted(entries: readonly Entry[], request: TimesheetRequest) {
  const { by, from = '', to = '9999', department, employee_id, project_id } = request
  const wanted = entries.filter(
    (entry) =>
      entry.worked_on >= from &&
      entry.worked_on <= to &&
      (department ?? entry.department_id) === entry.department_id &&
      (employee_id ?? entry.employee_id) === entry.employee_id &&
      (project_id ?? entry.project_id) === entry.project_id,
  )
  const days = wanted.map(({ worked_on }) => worked_on).sort()
  const groups = Map.groupBy(wanted, KEYS[by])
  return {
    from: days[0] ?? null,
    to: days.at(-1) ?? null,
    total: counts(wanted),
    groups: [...groups].map(([key, group]) => ({ key, ...counts(group) })).sort(byKey),
  }
}

const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1)

const PERIODS = [
  {},
  { from: '2026-01-01' },
  { to: '2025-12-31' },
  { from: '2025-12-01', to: '2026-01-31' },
  { from: '2025-12-10', to: '2026-02-03' },
  { from: '2026-01-07', to: '2026-01-22' },
  { from: '2026-02-01', to: '2026-02-01' },
]
const FILTERS = [
  {},
  { department: 'sales' },
  { project_id: ProjectId.parse('P2') },
  { employee_id: EmployeeId.parse('E5') },
  { department: 'legal', project_id: ProjectId.parse('P1') },
]
const QUESTIONS: TimesheetRequest[] = (
  ['project', 'employee', 'department', 'week', 'month'] as const
).flatMap((by) =>
  PERIODS.flatMap((period) => FILTERS.map((filter) => ({ by, limit: 100, ...period, ...filter }))),
)

async function expectExact() {
  const entries = await recorded()
  for (const request of QUESTIONS) {
    const { groups, truncated: _, ...answer } = await store.timesheets.summary(alice, request, { signal })
    const shown = groups.map(({ name: _, ...group }) => group).sort(byKey)
    expect({ ...answer, groups: shown }, JSON.stringify(request)).toEqual(counted(entries, request))
  }
}

test('every summary is that of the entries, of any days, by anything', expectExact)

const random = seededRandom(20_261_121)
const someone = () => `E${random.between(1, PEOPLE)}`
const something = () => `P${random.between(1, PROJECTS)}`
const someDay = () => new Date(Date.UTC(2025, 10, 17 + random.between(0, 110))).toISOString().slice(0, 10)

const CHANGES: Record<string, () => Promise<unknown>> = {
  'an entry that is added': () =>
    owner.query(
      `insert into timesheets values ('acme', $1, $2, $3, 1.75)
      on conflict (tenant, employee_id, worked_on, project_id) do update set hours = 0.5`,
      [someone(), something(), someDay()],
    ),
  'entries of many people that are added at once': () =>
    owner.query(
      `insert into timesheets select 'acme', id, $1, $2::date + right(id, 1)::integer * 9, 2 from employees
      on conflict do nothing`,
      [something(), someDay()],
    ),
  'entries that are removed': () =>
    owner.query('delete from timesheets where employee_id = $1 and worked_on between $2 and $2::date + 20', [
      someone(),
      someDay(),
    ]),
  'the hours of a project that are all removed': () =>
    owner.query('delete from timesheets where project_id = $1 and employee_id < $2', [
      something(),
      someone(),
    ]),
  'entries that get another day, person and project': () =>
    owner.query(
      `update timesheets t set employee_id = $2, project_id = $3, worked_on = worked_on + 40, hours = hours + 0.25
      where employee_id = $1 and not exists (select from timesheets o
        where o.employee_id = $2 and o.project_id = $3 and o.worked_on = t.worked_on + 40)
        and (t.worked_on, t.project_id) in (select worked_on, min(project_id) from timesheets where employee_id = $1 group by 1)`,
      [someone(), someone(), something()],
    ),
  'people who move': () =>
    owner.query('update employees set department_id = $2 where id in ($1, $3)', [
      someone(),
      random.pick(DEPARTMENTS),
      someone(),
    ]),
}

describe.each(Object.keys(CHANGES))('after %s', (name) => {
  test('every summary still is', async () => {
    for (let time = 0; time < 5; time += 1) await CHANGES[name]?.()
    await expectExact()
  })
})

test('what is kept after many changes is what would be made anew', async () => {
  for (let time = 0; time < 100; time += 1)
    await random.pick(Object.values(CHANGES) as [() => Promise<unknown>])()
  const kept = () =>
    owner
      .query(
        'select * from timesheet_sums where people <> 0 or entries <> 0 or hundredths <> 0 order by 1, 2, 3, 4, 5',
      )
      .then(({ rows }) => rows)
  const before = await kept()
  await owner.query(`select rebuild_timesheet_sums('acme')`)
  expect(before).toEqual(await kept())
  expect(before.length).toBeGreaterThan(100)
})

test('two who record hours of the same person at once are both counted', async () => {
  const other = await connect('acme')
  try {
    await owner.query(`delete from timesheets where employee_id = 'E7'`)
    await owner.query('begin')
    await owner.query(`insert into timesheets values ('acme', 'E7', 'P1', '2026-01-12', 3)`)
    const waits = other.query(`insert into timesheets values ('acme', 'E7', 'P1', '2026-01-14', 4)`)
    await expect.poll(async () => await waitsForLock(other)).toBe(true)
    await owner.query('commit')
    await waits
    await expectExact()
  } finally {
    await other.end()
  }
})

async function waitsForLock(client: pg.Client): Promise<boolean> {
  const { rows } = await owner.query(
    `select wait_event_type = 'Lock' as waits from pg_stat_activity where pid = $1`,
    [(client as pg.Client & { processID: number }).processID],
  )
  return rows[0]?.waits === true
}

test('hours are not taken in a transaction that could not see those of others', async () => {
  await owner.query('begin isolation level repeatable read')
  const refused = owner.query(`insert into timesheets values ('acme', 'E1', 'P1', '2026-03-30', 1)`)
  await expect(refused).rejects.toThrow('Timesheets are written in transactions that are READ COMMITTED.')
  await owner.query('rollback')
})
