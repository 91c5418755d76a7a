import { UnavailableError } from '@atoll/errors'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../src/index.ts'
import { alice, bob, type NotesSchema, notes } from './support/notes.ts'
import { connect, openDatabase, type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
beforeEach(async () => {
  scratch = await scratchDatabase(notes)
})
afterEach(() => scratch.drop())

const open = (options = {}) => openDatabase<NotesSchema>(scratch.appUrl, { poolSize: 1, ...options })
const read = (database: Database<NotesSchema>, principal = alice) =>
  database.inTenant(principal, (trx) => trx.selectFrom('note').selectAll().orderBy('id').execute(), {
    readOnly: true,
  })
const times = async (count: number, run: () => Promise<unknown>) => {
  for (let n = 0; n < count; n += 1) await run()
}

async function preparedOn(database: Database<NotesSchema>): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(
    database.kysely,
  )
  return rows.map(({ statement }) => statement)
}

test('what runs often is prepared, and what runs once is not', async () => {
  const database = open()
  await times(5, () => read(database))
  await database.inTenant(alice, (trx) => sql`select 'once'`.execute(trx), { readOnly: true })
  const statements = await preparedOn(database)
  expect(statements).toContainEqual(expect.stringContaining('from "note"'))
  expect(statements).not.toContainEqual(expect.stringContaining('once'))
})

test('nothing is prepared when a pooler forbids it', async () => {
  const database = open({ prepareStatements: false })
  await times(5, () => read(database))
  expect(await preparedOn(database)).toEqual([])
})

test('a prepared statement shows each tenant its own rows', async () => {
  const database = open()
  for (const { tenant, ...principal } of [alice, bob]) {
    await database.inTenant({ tenant, ...principal }, (trx) =>
      trx
        .insertInto('note')
        .values({ tenant, body: `of ${tenant}` })
        .execute(),
    )
  }
  // More often than PostgreSQL replans for each value (five times).
  await times(10, async () => {
    for (const principal of [alice, bob]) {
      const rows = await read(database, principal)
      expect(rows.map((row) => row.body)).toEqual([`of ${principal.tenant}`])
    }
  })
})

test('reads go on when a migration changes the table under them', async () => {
  const database = open()
  await times(5, () => read(database))
  const owner = await connect(scratch.ownerUrl)
  await owner.query('alter table note add column color text')
  expect(await read(database)).toEqual([])
  await times(5, () => read(database))
})

test('a write that meets the change fails once, and may be tried again', async () => {
  const database = open()
  let n = 0
  const write = () =>
    database.inTenant(alice, (trx) => {
      n += 1
      return trx
        .insertInto('note')
        .values({ tenant: 'acme', body: String(n) })
        .returningAll()
        .execute()
    })
  await times(5, write)
  const owner = await connect(scratch.ownerUrl)
  await owner.query('alter table note add column color text')
  await expect(write()).rejects.toThrow(UnavailableError)
  expect(await write()).toHaveLength(1)
})

test('reads go on when the server has dropped what was prepared', async () => {
  const database = open()
  await times(5, () => read(database))
  await sql`deallocate all`.execute(database.kysely)
  expect(await read(database)).toEqual([])
})

test('a connection keeps a bounded number of statements', async () => {
  const database = open()
  for (let n = 0; n < 150; n += 1) {
    await times(4, () =>
      database.inTenant(alice, (trx) => sql.raw(`select ${n}`).execute(trx), { readOnly: true }),
    )
  }
  expect((await preparedOn(database)).length).toBeLessThanOrEqual(100)
})
