import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Companies, ownCompanies } from '../company.ts'

const TABLES = [
  'companies',
  'departments',
  'employees',
  'employee_terms',
  'project_counts',
  'projects',
  'staff_moves',
  'timesheet_sums',
  'timesheets',
]
const VIEWS = ['departments_view', 'employees_view', 'projects_view', 'timesheets_view']

let hr: Companies
let app: pg.Client
let owner: pg.Client
beforeAll(async () => {
  hr = await ownCompanies()
  app = new pg.Client({ connectionString: hr.appUrl })
  owner = new pg.Client({ connectionString: hr.ownerUrl })
  await Promise.all([app.connect(), owner.connect()])
})
afterAll(async () => {
  await Promise.all([app?.end(), owner?.end()])
  await hr?.close()
})

/** Run SQL as mallory's tenant, in a transaction that is undone. */
async function asGlobex(client: pg.Client, sql: string): Promise<pg.QueryResult> {
  await client.query('begin')
  try {
    await client.query(`select set_config('app.tenant', 'globex', true)`)
    return await client.query(sql)
  } finally {
    await client.query('rollback')
  }
}

describe.each([
  ['the role of the app', () => app],
  ['the owner of the tables', () => owner],
])('%s', (_, client) => {
  test.each([...TABLES, ...VIEWS])('sees nothing of %s without a tenant', async (table) => {
    expect((await client().query(`select 1 from ${table}`)).rowCount).toBe(0)
  })

  test.each(TABLES)('sees rows of its tenant only in %s', async (table) => {
    const { rows } = await asGlobex(client(), `select distinct tenant from ${table}`)
    expect(rows).toEqual([{ tenant: 'globex' }])
  })

  test.each([
    `select * from employees where id = 'E1001'`,
    `select * from employees where tenant = 'acme'`,
    `select * from employees_view where id = 'E1001' or email like '%@acme.example'`,
    `select * from employees e join employees m on m.id = 'E1001'`,
    `select * from employees where id = 'E1001' union select * from employees where tenant <> 'globex'`,
    `with recursive up as (select * from employees where id = 'E1001' union all
       select m.* from employees m join up on m.id = up.manager_id) select * from up`,
    `select * from employee_terms where employee_id = 'E1001'`,
    `select * from timesheets where employee_id in (select id from employees where tenant = 'acme')`,
    `select * from timesheets_view where project = 'Gripper Mark IV'`,
    `select * from departments_view where head_id = 'E1001'`,
    `update employees set role = 'Intern' where id = 'E1001' returning id`,
    `delete from timesheets where employee_id = 'E1001' returning employee_id`,
  ])('gets nothing from another tenant by: %s', async (sql) => {
    expect((await asGlobex(client(), sql)).rowCount).toBe(0)
  })

  test.each([
    `insert into departments (tenant, id, name) values ('acme', 'spies', 'Spies')`,
    `update departments set tenant = 'acme'`,
    `insert into timesheets values ('acme', 'E1001', 'P001', '2026-05-01', 1)`,
  ])('cannot write into another tenant by: %s', async (sql) => {
    await expect(asGlobex(client(), sql)).rejects.toThrow('violates row-level security policy')
  })
})

describe('the role of the app', () => {
  test.each([
    'alter table employees disable row level security',
    'drop policy tenant_isolation on employees',
    'create table loot as select * from employees',
    'truncate employees cascade',
    'set role postgres',
    'alter role current_user bypassrls',
    `create function peek() returns setof employees language sql security definer as 'select * from employees'`,
  ])('is not allowed to: %s', async (sql) => {
    await expect(asGlobex(app, sql)).rejects.toThrow(/permission denied|must be (owner|superuser)/)
  })

  test('learns nothing through errors of functions: the policy comes first', async () => {
    await app.query('begin')
    await app.query(`select set_config('app.tenant', 'nobody', true)`)
    // Fails with the name in its message as soon as it is evaluated for any row.
    const { rowCount } = await app.query('select 1 from employees where cast(name as int) = 1')
    await app.query('rollback')
    expect(rowCount).toBe(0)
  })
})

test('every table that holds a tenant is bound by a forced policy', async () => {
  const { rows } =
    await owner.query(`select c.relname as table, c.relrowsecurity and c.relforcerowsecurity as bound
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`)
  expect(rows).toEqual([...TABLES].sort().map((table) => ({ table, bound: true })))
})
