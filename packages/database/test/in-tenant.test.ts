import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, bob, type NotesSchema, notes } from './support/notes.ts'
import { connect, openDatabase, type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase(notes)
})
afterAll(() => scratch.drop())

const SNAPSHOT = { readOnly: true, isolation: 'repeatable read' } as const
const open = (options = {}) => openDatabase<NotesSchema>(scratch.appUrl, options)
const setting = (name: string) => sql<{ value: string }>`select current_setting(${name}, true) as value`

describe('what policies see', () => {
  test.each([{ readOnly: true }, SNAPSHOT, {}])('the principal, in mode %j', async (options) => {
    const principal = { tenant: `o'neill \\ "co" 株式会社`, subject: 'alice' }
    const seen = await open().inTenant(
      principal,
      async (trx) => {
        const names = ['app.tenant', 'app.subject', 'app.scopes', 'app.roles']
        const results = await Promise.all(names.map((name) => setting(name).execute(trx)))
        return results.map(({ rows }) => rows[0]?.value)
      },
      { ...options, scopes: ['hr:read', 'hr:write'], roles: new Set(['a b', 'c']) },
    )
    expect(seen).toEqual([principal.tenant, 'alice', 'hr:read hr:write', '["a b","c"]'])
  })

  test.each([{ readOnly: true }, SNAPSHOT, {}])('nobody once it is over, in mode %j', async (options) => {
    const database = open({ poolSize: 1 })
    await database.inTenant(alice, (trx) => setting('app.tenant').execute(trx), options)
    const { rows } = await setting('app.tenant').execute(database.kysely)
    expect(rows[0]?.value ?? '').toBe('')
  })

  test('nothing of the rights of the principal that the store does not pass on', async () => {
    const powerful = { ...alice, scopes: new Set(['hr:compensation']), roles: new Set(['admin']) }
    const seen = await open().inTenant(powerful, async (trx) => [
      (await setting('app.scopes').execute(trx)).rows[0]?.value,
      (await setting('app.roles').execute(trx)).rows[0]?.value,
    ])
    expect(seen).toEqual(['', '[]'])
  })

  test('never two scopes for one', async () => {
    const sneaky = open().inTenant(alice, async () => {}, { scopes: ['hr:read hr:admin'] })
    await expect(sneaky).rejects.toThrow(TypeError)
  })

  test.each(['', 'a\0b', '\ud800'])('never the tenant %j', async (tenant) => {
    await expect(open().inTenant({ tenant, subject: 'alice' }, async () => 'ran')).rejects.toThrow(TypeError)
  })
})

describe('a transaction', () => {
  test('saves when it resolves', async () => {
    const database = open()
    await database.inTenant(alice, (trx) =>
      trx.insertInto('note').values({ tenant: 'acme', body: 'saved' }).execute(),
    )
    expect(await bodies(database, alice)).toContain('saved')
  })

  test('saves nothing when it throws', async () => {
    const database = open()
    const failing = database.inTenant(alice, async (trx) => {
      await trx.insertInto('note').values({ tenant: 'acme', body: 'thrown away' }).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await bodies(database, alice)).not.toContain('thrown away')
  })

  test('tells how many rows a statement changed', async () => {
    const result = await open().inTenant(alice, async (trx) => {
      await trx
        .insertInto('note')
        .values([1, 2, 3].map((n) => ({ tenant: 'acme', body: `many ${n}` })))
        .execute()
      return await trx.deleteFrom('note').where('body', 'like', 'many %').executeTakeFirst()
    })
    expect(result.numDeletedRows).toBe(3n)
  })

  test('is not reported as saved when the error of a statement was swallowed', async () => {
    const database = open()
    const swallowing = database.inTenant(alice, async (trx) => {
      await trx.insertInto('note').values({ tenant: 'acme', body: 'swallowed' }).execute()
      await sql`select 1 / 0`.execute(trx).catch(() => {})
      return 'fine'
    })
    await expect(swallowing).rejects.toThrow('swallowed')
    expect(await bodies(database, alice)).not.toContain('swallowed')
  })

  test('runs statements that were issued together inside it', async () => {
    const database = open()
    await database.inTenant(alice, (trx) =>
      Promise.all(
        ['p1', 'p2', 'p3'].map((body) => trx.insertInto('note').values({ tenant: 'acme', body }).execute()),
      ),
    )
    expect(await bodies(database, alice)).toEqual(expect.arrayContaining(['p1', 'p2', 'p3']))
  })

  test('runs nothing outside of it when the first statement fails', async () => {
    const database = open()
    const failing = database.inTenant(alice, (trx) =>
      Promise.all([
        sql`select 1 / 0`.execute(trx),
        trx.insertInto('note').values({ tenant: 'acme', body: 'outside' }).execute(),
      ]),
    )
    await expect(failing).rejects.toThrow('division by zero')
    expect(await bodies(database, alice)).not.toContain('outside')
  })

  test('refuses a statement that comes after its end', async () => {
    const database = open()
    const leaked = await database.inTenant(alice, async (trx) => trx)
    await expect(leaked.selectFrom('note').selectAll().execute()).rejects.toThrow('has ended')
  })

  test.each(['commit', 'rollback', 'begin', 'START TRANSACTION'])('refuses %s', async (command) => {
    await expect(open().inTenant(alice, (trx) => sql.raw(command).execute(trx))).rejects.toThrow(TypeError)
  })

  test('refuses several statements in one', async () => {
    const sneaky = open().inTenant(alice, (trx) => sql.raw(`select 1; commit`).execute(trx))
    await expect(sneaky).rejects.toThrow('multiple commands')
  })

  test('opens and closes nothing when no statement is run', async () => {
    expect(await open().inTenant(alice, async () => 'idle')).toBe('idle')
  })

  test('may not be nested', async () => {
    const database = open()
    const nested = database.inTenant(alice, () => database.inTenant(bob, async () => 'inner'))
    await expect(nested).rejects.toThrow(TypeError)
  })

  test('may follow another one', async () => {
    const database = open()
    await database.inTenant(alice, async () => {})
    expect(await database.inTenant(bob, async () => 'second')).toBe('second')
  })
})

describe('a read-only transaction', () => {
  test.each([{ readOnly: true }, SNAPSHOT])('refuses to write, in mode %j', async (options) => {
    const writing = open().inTenant(
      alice,
      (trx) => trx.insertInto('note').values({ tenant: 'acme', body: 'no' }).execute(),
      options,
    )
    await expect(writing).rejects.toMatchObject({ code: '25006' })
  })

  test('cannot be made writable from within', async () => {
    const escaping = open().inTenant(alice, (trx) => sql`set transaction read write`.execute(trx), SNAPSHOT)
    await expect(escaping).rejects.toMatchObject({ code: '25001' })
  })

  test('refuses settings that would not last', async () => {
    const setting = open().inTenant(alice, (trx) => sql`set local work_mem = '64MB'`.execute(trx), {
      readOnly: true,
    })
    await expect(setting).rejects.toThrow('isolation level')
  })

  test('sees one moment when it is a snapshot', async () => {
    const database = open()
    const other = await connect(scratch.adminUrl)
    const counts = await database.inTenant(
      alice,
      async (trx) => {
        const count = () =>
          trx.selectFrom('note').select(trx.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
        const before = await count()
        await other.query(`insert into note (tenant, author, body) values ('acme', 'x', 'in between')`)
        return [before, await count()]
      },
      SNAPSHOT,
    )
    expect(counts[0]).toEqual(counts[1])
    expect(await bodies(database, alice)).toContain('in between')
  })

  test('goes on after a statement that failed', async () => {
    const result = await open().inTenant(
      alice,
      async (trx) => {
        await sql`select 1 / 0`.execute(trx).catch(() => {})
        return await sql<{ one: number }>`select 1 as one`.execute(trx)
      },
      { readOnly: true },
    )
    expect(result.rows).toEqual([{ one: 1 }])
  })
})

async function bodies(database: ReturnType<typeof open>, principal: typeof alice): Promise<string[]> {
  const rows = await database.inTenant(principal, (trx) => trx.selectFrom('note').select('body').execute(), {
    readOnly: true,
  })
  return rows.map((row) => row.body)
}
