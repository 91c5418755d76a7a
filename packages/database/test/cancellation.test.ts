import { setTimeout as sleep } from 'node:timers/promises'
import { TimeoutError, UnavailableError } from '@atoll/errors'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { endWhenSilent } from '../src/end-when-silent.ts'
import { alice, type NotesSchema, notes } from './support/notes.ts'
import { proxyTo } from './support/proxy.ts'
import { connect, openDatabase, type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase(notes)
})
afterAll(() => scratch.drop())

const SNAPSHOT = { readOnly: true, isolation: 'repeatable read' } as const
const MODES = [{ readOnly: true }, SNAPSHOT, {}]
const forever = sql`select pg_sleep(600)`
const backendPid = sql<{ pid: number }>`select pg_backend_pid() as pid`

/** Resolves once the server runs so many sleeps of the application. */
async function sleeping(admin: pg.Client, applicationName: string, count: number): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await admin.query(
      `select count(*)::int as n from pg_stat_activity
       where application_name = $1 and state = 'active' and query like '%pg_sleep%'`,
      [applicationName],
    )
    expect(rows[0].n).toBe(count)
  }, 10_000)
}

describe('an abort', () => {
  test.each(MODES)('stops the statement on the server and keeps the connection, in mode %j', async (mode) => {
    const admin = await connect(scratch.adminUrl)
    const applicationName = `stop-${Object.values(mode).join('-')}`
    const database = openDatabase<NotesSchema>(scratch.appUrl, { applicationName, poolSize: 1 })
    const before = await database.inTenant(alice, (trx) => backendPid.execute(trx))
    const caller = new AbortController()
    const call = database.inTenant(alice, (trx) => forever.execute(trx), { ...mode, signal: caller.signal })
    await sleeping(admin, applicationName, 1)

    const reason = new Error('the caller hung up')
    caller.abort(reason)
    await expect(call).rejects.toBe(reason)
    await sleeping(admin, applicationName, 0)
    const after = await database.inTenant(alice, (trx) => backendPid.execute(trx))
    expect(after.rows).toEqual(before.rows)
  })

  test('in the moment of sending is not lost', async () => {
    const database = openDatabase<NotesSchema>(scratch.appUrl, { poolSize: 1 })
    for (const mode of MODES) {
      const caller = new AbortController()
      const call = database.inTenant(
        alice,
        (trx) => {
          queueMicrotask(() => caller.abort())
          return forever.execute(trx)
        },
        { ...mode, signal: caller.signal },
      )
      await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    }
    // The only connection is free again, so nothing sleeps on it.
    expect((await database.inTenant(alice, (trx) => backendPid.execute(trx))).rows).toHaveLength(1)
  })

  test('stops statements that were issued together', async () => {
    const admin = await connect(scratch.adminUrl)
    const applicationName = 'stop-together'
    const database = openDatabase<NotesSchema>(scratch.appUrl, { applicationName, poolSize: 1 })
    for (const mode of MODES) {
      const caller = new AbortController()
      const call = database.inTenant(
        alice,
        (trx) => Promise.all([forever.execute(trx), forever.execute(trx), forever.execute(trx)]),
        { ...mode, signal: caller.signal },
      )
      await sleeping(admin, applicationName, 1)
      caller.abort()
      await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    }
    expect((await database.inTenant(alice, (trx) => backendPid.execute(trx))).rows).toHaveLength(1)
  })

  test('saves nothing', async () => {
    const database = openDatabase<NotesSchema>(scratch.appUrl)
    const caller = new AbortController()
    const call = database.inTenant(
      alice,
      async (trx) => {
        await trx.insertInto('note').values({ tenant: 'acme', body: 'aborted' }).execute()
        caller.abort()
      },
      { signal: caller.signal },
    )
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    const rows = await database.inTenant(alice, (trx) =>
      trx.selectFrom('note').where('body', '=', 'aborted').selectAll().execute(),
    )
    expect(rows).toEqual([])
  })

  test('reaches a caller that waits for something else, and its next statement', async () => {
    const database = openDatabase<NotesSchema>(scratch.appUrl)
    const caller = new AbortController()
    const { promise: elsewhere, resolve } = Promise.withResolvers<void>()
    let late: Promise<unknown> | undefined
    const call = database.inTenant(
      alice,
      async (trx) => {
        caller.abort()
        await elsewhere
        late = sql`select 1`.execute(trx)
        await late
      },
      { signal: caller.signal },
    )
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    resolve()
    await vi.waitFor(() => expect(late).toBeDefined())
    await expect(late).rejects.toThrow('has ended')
  })

  test('before the start runs nothing', async () => {
    const database = openDatabase<NotesSchema>(scratch.appUrl)
    const run = vi.fn(async () => {})
    await expect(database.inTenant(alice, run, { signal: AbortSignal.abort() })).rejects.toThrow()
    expect(run).not.toHaveBeenCalled()
  })
})

describe('a failure', () => {
  test('stops the statements issued beside the one that failed', async () => {
    const admin = await connect(scratch.adminUrl)
    const applicationName = 'stop-siblings'
    const database = openDatabase<NotesSchema>(scratch.appUrl, { applicationName, poolSize: 1 })
    const call = database.inTenant(alice, async (trx) => {
      await sql`select 1`.execute(trx)
      await Promise.all([
        forever.execute(trx),
        sleeping(admin, applicationName, 1).then(() => {
          throw new Error('sibling')
        }),
      ])
    })
    await expect(call).rejects.toThrow('sibling')
    expect((await database.inTenant(alice, (trx) => backendPid.execute(trx))).rows).toHaveLength(1)
  })
})

describe('a statement timeout', () => {
  test.each(MODES)('is a TimeoutError, in mode %j', async (mode) => {
    const database = openDatabase<NotesSchema>(scratch.appUrl, { statementTimeout: 100, poolSize: 1 })
    await expect(database.inTenant(alice, (trx) => forever.execute(trx), mode)).rejects.toThrow(TimeoutError)
    expect((await database.inTenant(alice, (trx) => backendPid.execute(trx))).rows).toHaveLength(1)
  })
})

describe('a network that died', () => {
  test('does not hold an aborted caller, and costs only that connection', async () => {
    const proxy = await proxyTo(scratch.appUrl)
    const database = openDatabase<NotesSchema>(proxy.url, { poolSize: 1, acquireTimeout: 2000 })
    await database.inTenant(alice, (trx) => backendPid.execute(trx))
    proxy.freeze()
    const caller = new AbortController()
    const call = database.inTenant(alice, (trx) => backendPid.execute(trx), { signal: caller.signal })
    caller.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    await expect(database.probe(AbortSignal.timeout(5000))).rejects.toThrow(UnavailableError)
    await database.close()
  })

  test.each(MODES)('does not hold a caller who waits for ever, in mode %j', async (mode) => {
    const proxy = await proxyTo(scratch.appUrl)
    const database = openDatabase<NotesSchema>(proxy.url, { poolSize: 1, statementTimeout: 100 })
    await database.inTenant(alice, (trx) => backendPid.execute(trx), mode)
    proxy.freeze()
    const asked = performance.now()
    await expect(database.inTenant(alice, (trx) => backendPid.execute(trx), mode)).rejects.toThrow(
      UnavailableError,
    )
    // No earlier than the server's own timeout, which it would have told.
    expect(performance.now() - asked).toBeGreaterThan(100)
  })

  test('is told from silence that nobody waits in', async () => {
    const client = new pg.Client(scratch.appUrl)
    client.on('error', () => {})
    await client.connect()
    endWhenSilent(client, 100)
    await sleep(300)
    expect((await client.query('select 1')).rowCount).toBe(1)
    await expect(client.query('select pg_sleep(10)')).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  })
})

describe('close', () => {
  test('waits for what runs', async () => {
    const database = openDatabase<NotesSchema>(scratch.appUrl)
    const { promise: gate, resolve } = Promise.withResolvers<void>()
    const call = database.inTenant(alice, async (trx) => {
      await gate
      await trx.insertInto('note').values({ tenant: 'acme', body: 'drained' }).execute()
      return 'saved'
    })
    await backendPid.execute(database.kysely)
    const closing = database.close()
    await expect(database.inTenant(alice, async () => {})).rejects.toThrow(UnavailableError)
    resolve()
    expect(await call).toBe('saved')
    await closing
  })

  test('may be called twice', async () => {
    const database = openDatabase<NotesSchema>(scratch.appUrl)
    await Promise.all([database.close(), database.close()])
  })
})
