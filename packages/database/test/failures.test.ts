import { ConflictError, TimeoutError, UnavailableError } from '@atoll/errors'
import { sql, type Transaction } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isUniqueViolation } from '../src/index.ts'
import { alice, type NotesSchema, notes } from './support/notes.ts'
import { proxyTo } from './support/proxy.ts'
import { connect, openDatabase, type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase(notes)
})
afterAll(() => scratch.drop())

const open = (options = {}) => openDatabase<NotesSchema>(scratch.appUrl, options)
const insert = (body: string) => ({ tenant: 'acme', body })

describe('what two callers do to each other', () => {
  test('one that stands still in a transaction loses it, and what waits for its lock goes on', async () => {
    const frozen = open({ idleInTransactionTimeout: 200 })
    await frozen.inTenant(alice, (trx) => trx.insertInto('note').values(insert('held')).execute())
    const update = (author: string) => (trx: Transaction<NotesSchema>) =>
      trx.updateTable('note').set({ author }).where('body', '=', 'held').execute()
    const held = Promise.withResolvers<void>()
    const thawed = Promise.withResolvers<void>()
    const lost = frozen.inTenant(alice, async (trx) => {
      await update('frozen')(trx)
      held.resolve()
      await thawed.promise
    })
    const refused = expect(lost).rejects.toThrow()
    await held.promise
    await open().inTenant(alice, update('other'))
    thawed.resolve()
    await refused
    const read = await open().inTenant(alice, (trx) =>
      trx.selectFrom('note').select('author').where('body', '=', 'held').execute(),
    )
    expect(read).toEqual([{ author: 'other' }])
  })

  test('a deadlock is a ConflictError for one of them', async () => {
    const database = open()
    await database.inTenant(alice, (trx) =>
      trx
        .insertInto('note')
        .values([insert('d1'), insert('d2')])
        .execute(),
    )
    const first = Promise.withResolvers<void>()
    const second = Promise.withResolvers<void>()
    const touch = (bodies: [string, string], mine: PromiseWithResolvers<void>, other: Promise<void>) =>
      database.inTenant(alice, async (trx) => {
        const update = (body: string) =>
          trx.updateTable('note').set({ author: 'x' }).where('body', '=', body).execute()
        await update(bodies[0])
        mine.resolve()
        await other
        await update(bodies[1])
      })
    const results = await Promise.allSettled([
      touch(['d1', 'd2'], first, second.promise),
      touch(['d2', 'd1'], second, first.promise),
    ])
    const failures = results.filter((result) => result.status === 'rejected')
    expect(failures).toHaveLength(1)
    expect(failures[0]?.reason).toBeInstanceOf(ConflictError)
  })

  test('a lost race under serializable isolation is a ConflictError', async () => {
    const database = open()
    const gate = Promise.withResolvers<void>()
    await database.inTenant(alice, (trx) => trx.insertInto('note').values(insert('s1')).execute())
    const read = Promise.withResolvers<void>()
    const slow = database.inTenant(
      alice,
      async (trx) => {
        await trx.selectFrom('note').selectAll().execute()
        read.resolve()
        await gate.promise
        await trx.updateTable('note').set({ author: 'slow' }).where('body', '=', 's1').execute()
      },
      { isolation: 'serializable' },
    )
    await read.promise
    await database.inTenant(alice, (trx) =>
      trx.updateTable('note').set({ author: 'fast' }).where('body', '=', 's1').execute(),
    )
    gate.resolve()
    await expect(slow).rejects.toThrow(ConflictError)
  })

  test('a broken unique constraint is left to the store, and can be recognised', async () => {
    const database = open()
    const twice = () =>
      database.inTenant(alice, (trx) => trx.insertInto('note').values(insert('u')).execute())
    await twice()
    const error = await twice().catch((caught: unknown) => caught)
    expect(isUniqueViolation(error)).toBe(true)
    expect(isUniqueViolation(error, 'note_tenant_body_key')).toBe(true)
    expect(isUniqueViolation(error, 'another_key')).toBe(false)
    expect(isUniqueViolation(new Error('23505'))).toBe(false)
  })
})

describe('a pool that is exhausted', () => {
  test('is an UnavailableError after its deadline, and recovers', async () => {
    const database = open({ poolSize: 1, acquireTimeout: 2000 })
    const gate = Promise.withResolvers<void>()
    const holder = database.inTenant(alice, () => gate.promise)
    await expect(database.inTenant(alice, async () => {})).rejects.toThrow(UnavailableError)
    gate.resolve()
    await holder
    expect(await database.inTenant(alice, async () => 'again')).toBe('again')
  })

  test('lets go of a caller that leaves, and loses no connection to it', async () => {
    const database = open({ poolSize: 1 })
    const gate = Promise.withResolvers<void>()
    const holder = database.inTenant(alice, () => gate.promise)
    const caller = new AbortController()
    const waiting = database.inTenant(alice, async () => {}, { signal: caller.signal })
    caller.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    gate.resolve()
    await holder
    expect(await database.inTenant(alice, async () => 'again')).toBe('again')
  })

  test('does not make the server look broken', async () => {
    const database = open({ poolSize: 1 })
    const gate = Promise.withResolvers<void>()
    const holder = database.inTenant(alice, () => gate.promise)
    await database.probe(AbortSignal.timeout(5000))
    gate.resolve()
    await holder
  })
})

describe('a server that is not there', () => {
  test.each([
    ['refuses connections', 'postgres://app@127.0.0.1:1/nothing'],
    ['has no such name', 'postgres://app@nowhere.invalid:5432/nothing'],
  ])('%s: UnavailableError from calls and probes', async (_, url) => {
    const database = openDatabase<NotesSchema>(url)
    await expect(database.inTenant(alice, async () => {})).rejects.toThrow(UnavailableError)
    await expect(database.probe(AbortSignal.timeout(5000))).rejects.toThrow(UnavailableError)
  })

  test('a login it refuses says nothing about the login', async () => {
    const url = new URL(scratch.appUrl)
    url.username = 'nobody_knows'
    const error = await openDatabase<NotesSchema>(url.href)
      .inTenant(alice, async () => {})
      .catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(UnavailableError)
    expect(String(error)).not.toContain('nobody_knows')
  })
})

describe('a connection that is cut', () => {
  test('fails its transaction with UnavailableError; the next one gets a new connection', async () => {
    const database = open({ poolSize: 1 })
    const admin = await connect(scratch.adminUrl)
    const pid = sql<{ pid: number }>`select pg_backend_pid() as pid`
    const cut = database.inTenant(alice, async (trx) => {
      const { rows } = await pid.execute(trx)
      await admin.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid])
      await sql`select 1`.execute(trx)
    })
    await expect(cut).rejects.toThrow(UnavailableError)
    expect((await database.inTenant(alice, (trx) => pid.execute(trx))).rows).toHaveLength(1)
  })

  test('during the commit says that nobody knows', async () => {
    const proxy = await proxyTo(scratch.appUrl)
    const database = openDatabase<NotesSchema>(proxy.url)
    proxy.cutAt('commit')
    const saving = database.inTenant(alice, (trx) => trx.insertInto('note').values(insert('doubt')).execute())
    await expect(saving).rejects.toThrow(UnavailableError)
    await expect(saving).rejects.toThrow('look whether it was')
  })

  test('while idle goes unnoticed', async () => {
    const database = open({ poolSize: 1 })
    const admin = await connect(scratch.adminUrl)
    const pid = sql<{ pid: number }>`select pg_backend_pid() as pid`
    const before = await database.inTenant(alice, (trx) => pid.execute(trx))
    await admin.query('select pg_terminate_backend($1, 5000)', [before.rows[0]?.pid])
    // A round trip of another connection later, the goodbye has arrived here too.
    await admin.query('select 1')
    const after = await database.inTenant(alice, (trx) => pid.execute(trx))
    expect(after.rows).not.toEqual(before.rows)
  })
})

test('a lock that is not to be had in time is a TimeoutError', async () => {
  const database = open({ statementTimeout: 200 })
  const admin = await connect(scratch.adminUrl)
  await admin.query('begin; lock table note in access exclusive mode')
  const blocked = database.inTenant(alice, (trx) => trx.selectFrom('note').selectAll().execute())
  await expect(blocked).rejects.toThrow(TimeoutError)
})
