import { ConflictError, InvalidError, UnavailableError } from '@atoll/errors'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Migrations, migrate } from '../src/index.ts'
import { notes } from './support/notes.ts'
import { connect, type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
beforeEach(async () => {
  scratch = await scratchDatabase()
})
afterEach(() => scratch.drop())

const run = (migrations: Migrations, options = {}) =>
  migrate({ ownerUrl: scratch.ownerUrl, appRole: scratch.appRole, migrations, ...options })
const more = { '0002_color': { up: 'create table color (name text primary key)' } }

describe('migrate', () => {
  test('applies each migration once, in the order of their names', async () => {
    expect(await run({ ...more, ...notes })).toEqual(['0001_note', '0002_color'])
    expect(await run({ ...notes, ...more })).toEqual([])
    expect(await run({ ...notes, ...more, '0003_size': { up: 'create table size (n int)' } })).toEqual([
      '0003_size',
    ])
  })

  test('applies each once when several processes start it together', async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => run({ ...notes, ...more })))
    expect(results.flat().sort()).toEqual(['0001_note', '0002_color'])
  })

  test('refuses a migration that was changed after it had been applied', async () => {
    await run(more)
    const changed = run({ '0002_color': { up: 'create table color (name text, code text)' } })
    await expect(changed).rejects.toThrow(ConflictError)
    await expect(changed).rejects.toThrow('0002_color')
  })

  test('leaves a newer release alone that has applied more', async () => {
    await run({ ...notes, ...more })
    expect(await run(notes)).toEqual([])
  })

  test('rolls back the one that fails, keeps those before it and says which', async () => {
    const failing = run({ ...notes, '0002_bad': { up: 'create table half (n int); select 1 / 0' } })
    await expect(failing).rejects.toThrow(InvalidError)
    await expect(failing).rejects.toThrow('0002_bad')
    const owner = await connect(scratch.ownerUrl)
    const { rows } = await owner.query(`select to_regclass('note') as kept, to_regclass('half') as gone`)
    expect(rows).toEqual([{ kept: 'note', gone: null }])
    expect(await run({ ...notes, '0002_bad': { up: 'create table half (n int)' } })).toEqual(['0002_bad'])
  })

  test('leaves an app that only reads SELECT alone, and takes what it had before', async () => {
    const app = await connect(scratch.appUrl)
    await run(more)
    await app.query(`insert into color values ('red')`)
    await run(more, { access: 'read' })
    expect((await app.query('select name from color')).rows).toEqual([{ name: 'red' }])
    for (const statement of [
      `insert into color values ('blue')`,
      `update color set name = 'blue'`,
      'delete from color',
      'truncate color',
    ])
      await expect(app.query(statement)).rejects.toThrow('permission denied')
  })

  test.each([
    ['without row-level security', 'create table t (tenant text)'],
    [
      'without forcing it on the owner',
      'create table t (tenant_id int); alter table t enable row level security',
    ],
    ['in a materialized view', `create materialized view t as select 'acme' as tenant`],
  ])('refuses rows of tenants %s', async (_, up) => {
    await expect(run({ '0001_leak': { up } })).rejects.toThrow(InvalidError)
    expect(await run({})).toEqual([])
  })

  test('refuses an app role that could get around row-level security', async () => {
    const admin = await connect(scratch.adminUrl)
    await expect(run(notes, { appRole: scratch.ownerRole })).rejects.toThrow(InvalidError)
    await expect(run(notes, { appRole: 'nobody_made_this' })).rejects.toThrow(InvalidError)
    await admin.query(`alter role "${scratch.appRole}" bypassrls`)
    await expect(run(notes)).rejects.toThrow(InvalidError)
    await admin.query(`alter role "${scratch.appRole}" nobypassrls`)
    await admin.query(`grant "${scratch.ownerRole}" to "${scratch.appRole}"`)
    await expect(run(notes)).rejects.toThrow(InvalidError)
  })

  test('gives up waiting when it is told to', async () => {
    const blocker = await connect(scratch.adminUrl)
    await blocker.query(`select pg_advisory_lock(hashtext('atoll.migrations'))`)
    const caller = new AbortController()
    const waiting = run(notes, { signal: caller.signal })
    await vi.waitFor(async () => {
      const { rows } = await blocker.query(
        `select from pg_stat_activity where application_name = 'atoll-migrate' and wait_event_type = 'Lock'
         and datname = current_database()`,
      )
      expect(rows).toHaveLength(1)
    }, 10_000)
    caller.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('says that the database is away', async () => {
    const away = run(notes, { ownerUrl: 'postgres://x@127.0.0.1:1/x' })
    await expect(away).rejects.toThrow(UnavailableError)
  })
})
