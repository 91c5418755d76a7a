import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Database } from '../src/index.ts'
import { alice, bob, type NotesSchema, notes } from './support/notes.ts'
import { connect, type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
let database: Database<NotesSchema>
beforeAll(async () => {
  scratch = await scratchDatabase(notes)
  database = createDatabase<NotesSchema>({ url: scratch.appUrl, applicationName: 'hostile' })
  for (const { tenant, ...principal } of [alice, bob]) {
    const rows = [1, 2, 3].map((n) => ({ tenant, body: `secret ${n} of ${tenant}` }))
    await database.inTenant({ tenant, ...principal }, (trx) => trx.insertInto('note').values(rows).execute())
  }
})
afterAll(async () => {
  await database.close()
  await scratch.drop()
})

const asAlice = (text: string) =>
  database.inTenant(alice, (trx) => sql.raw<{ tenant: string }>(text).execute(trx))

test('without a tenant the tables look empty, to the app and to the owner', async () => {
  expect(await database.kysely.selectFrom('note').selectAll().execute()).toEqual([])
  const owner = await connect(scratch.ownerUrl)
  expect((await owner.query('select * from note')).rows).toEqual([])
})

describe('for one tenant, reading', () => {
  test.each([
    'select * from note',
    'select * from note where id between 1 and 100',
    'select * from note order by tenant desc limit 100',
    `select * from note where tenant = 'acme' or tenant = 'globex'`,
    'select a.* from note a full join note b on true',
    'with recursive n as (select * from note union select n.* from n join note on true) select * from n',
    'select (json_populate_record(null::note, to_json(note))).* from note',
    // A policy is checked before conditions that could report what they see through an error.
    `select * from note where 1 / (case when tenant = 'globex' then 0 else 1 end) = 1`,
  ])('%s: returns only its rows', async (text) => {
    const { rows } = await asAlice(text)
    expect(rows.length).toBeGreaterThan(0)
    expect(new Set(rows.map((row) => row.tenant))).toEqual(new Set(['acme']))
  })

  test.each([
    `select * from note where tenant = 'globex'`,
    `select * from note where body like '%globex%'`,
    `select * from pg_stats where tablename = 'note'`,
  ])('%s: returns nothing', async (text) => {
    const admin = await connect(scratch.adminUrl)
    await admin.query('analyze note')
    expect((await asAlice(text)).rows).toEqual([])
  })
})

describe('for one tenant, writing', () => {
  test.each([
    `update note set body = 'defaced' where tenant = 'globex'`,
    `update note set body = body || '!' where body like '%globex%'`,
    `delete from note where tenant = 'globex'`,
    `merge into note using (values (1)) v on tenant = 'globex' when matched then delete`,
  ])('%s: changes nothing', async (text) => {
    await asAlice(text)
    const untouched = await database.inTenant(bob, (trx) => trx.selectFrom('note').select('body').execute())
    expect(untouched.map((row) => row.body).sort()).toEqual([1, 2, 3].map((n) => `secret ${n} of globex`))
  })

  test.each([
    `insert into note (tenant, body) values ('globex', 'planted')`,
    `update note set tenant = 'globex'`,
    `insert into note (id, tenant, body) overriding system value
       select g, 'acme', 'steal ' || g from generate_series(1, 100) g
       on conflict (id) do update set tenant = 'acme'`,
  ])('%s: is refused', async (text) => {
    await expect(asAlice(text)).rejects.toMatchObject({ code: '42501' })
  })
})

describe('the app role cannot', () => {
  test.each([
    ['become the owner', 'set role "<owner>"', '42501'],
    ['become a superuser', 'set session authorization postgres', '42501'],
    ['look past row security', 'set row_security = off; select * from note', '42501'],
    ['stop row security', 'alter table note disable row level security', '42501'],
    ['exempt the owner', 'alter table note no force row level security', '42501'],
    ['change a policy', 'alter policy tenant on note using (true)', '42501'],
    ['add a policy', 'create policy open on note using (true)', '42501'],
    ['drop a policy', 'drop policy tenant on note', '42501'],
    ['drop a table', 'drop table note', '42501'],
    ['empty a table', 'truncate note', '42501'],
    ['add a column', 'alter table note add column x int', '42501'],
    ['make a table', 'create table mine (n int)', '42501'],
    ['make a temporary table', 'create temp table mine (n int)', '42501'],
    ['make a view', 'create view mine as select * from note', '42501'],
    ['make a function', 'create function f() returns int language sql as $$select 1$$', '42501'],
    ['make a schema', 'create schema mine', '42501'],
    ['make an extension', 'create extension dblink', '42501'],
    ['make a role', 'create role mine', '42501'],
    ['promote itself', 'alter role "<app>" bypassrls', '42501'],
    ['join the owner', 'grant "<owner>" to "<app>"', '42501'],
    ['read passwords', 'select * from pg_authid', '42501'],
    ['read files', `select pg_read_file('/etc/passwd')`, '42501'],
    ['write files', `copy note to '/tmp/atoll-stolen'`, '42501'],
    ['run programs', `copy note to program 'cat'`, '42501'],
    ['read the migrations', 'select * from atoll.migration', '42501'],
    ['write the migrations', 'delete from atoll.migration', '42501'],
  ])('%s', async (_, text, code) => {
    const client = await connect(scratch.appUrl)
    const statement = text.replaceAll('<owner>', scratch.ownerRole).replaceAll('<app>', scratch.appRole)
    await client.query(`select set_config('app.tenant', 'acme', false)`)
    await expect(client.query(statement)).rejects.toMatchObject({ code })
  })

  test('pass its rights on, or has left a mark', async () => {
    const client = await connect(scratch.appUrl)
    await client.query('grant select on note to public')
    const admin = await connect(scratch.adminUrl)
    const { rows } = await admin.query(
      `select has_table_privilege('public', 'note', 'select') as open, relrowsecurity and relforcerowsecurity as guarded
       from pg_class where oid = 'note'::regclass`,
    )
    expect(rows).toEqual([{ open: false, guarded: true }])
  })
})
