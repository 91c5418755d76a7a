import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UnavailableError } from '@atoll/errors'
import { sql } from 'kysely'
import { from as copyFrom } from 'pg-copy-streams'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { withOwner } from '../src/index.ts'
import { alice, bob, type NotesSchema, notes } from './support/notes.ts'
import { connect, openDatabase, type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase(notes)
})
afterAll(() => scratch.drop())

const note = (tenant: string, body: string) => ({ tenant, body, author: 'import' })

describe('an owner job', () => {
  test('writes the rows of the tenant it names, in one transaction', async () => {
    await withOwner<NotesSchema, void>(
      scratch.ownerUrl,
      async (trx) => {
        await trx.insertInto('note').values(note('acme', 'imported')).execute()
      },
      { tenant: 'acme' },
    )
    const database = openDatabase<NotesSchema>(scratch.appUrl)
    const read = (principal: typeof alice) =>
      database.inTenant(principal, (trx) => trx.selectFrom('note').select('body').execute(), {
        readOnly: true,
      })
    expect(await read(alice)).toEqual([{ body: 'imported' }])
    expect(await read(bob)).toEqual([])
  })

  test('may not write those of another', async () => {
    const stray = withOwner<NotesSchema, unknown>(
      scratch.ownerUrl,
      (trx) => trx.insertInto('note').values(note('globex', 'stray')).execute(),
      { tenant: 'acme' },
    )
    await expect(stray).rejects.toMatchObject({ code: '42501' })
  })

  test('leaves nothing behind when it fails', async () => {
    const failing = withOwner<NotesSchema, void>(
      scratch.ownerUrl,
      async (trx) => {
        await trx.insertInto('note').values(note('acme', 'half')).execute()
        throw new Error('row 7 is bad')
      },
      { tenant: 'acme' },
    )
    await expect(failing).rejects.toThrow('row 7 is bad')
    const admin = await connect(scratch.adminUrl)
    expect((await admin.query(`select from note where body = 'half'`)).rowCount).toBe(0)
  })

  test('copies rows in on the same connection', async () => {
    await withOwner<NotesSchema, void>(
      scratch.ownerUrl,
      async (trx, client) => {
        const lines = Readable.from(['acme\tcopy\tcopied 1\n', 'acme\tcopy\tcopied 2\n'])
        await sql`create temp table staging (tenant text, author text, body text) on commit drop`.execute(trx)
        await pipeline(lines, client.query(copyFrom('copy staging from stdin')))
        await sql`insert into note (tenant, author, body) table staging`.execute(trx)
        const { rows } = await sql<{
          n: number
        }>`select count(*) as n from note where author = 'copy'`.execute(trx)
        expect(rows).toEqual([{ n: 2 }])
      },
      { tenant: 'acme' },
    )
  })

  test('stops on the server when it is aborted, and saves nothing', async () => {
    const admin = await connect(scratch.adminUrl)
    const caller = new AbortController()
    const job = withOwner<NotesSchema, void>(
      scratch.ownerUrl,
      async (trx) => {
        await trx.insertInto('note').values(note('acme', 'aborted')).execute()
        await sql`select pg_sleep(600)`.execute(trx)
      },
      { tenant: 'acme', signal: caller.signal, applicationName: 'aborted-job' },
    )
    const connections = async () => {
      const { rows } = await admin.query(
        `select query from pg_stat_activity where application_name = 'aborted-job' and state = 'active'`,
      )
      return rows
    }
    await vi.waitFor(
      async () => expect(await connections()).toEqual([{ query: 'select pg_sleep(600)' }]),
      10_000,
    )
    caller.abort()
    await expect(job).rejects.toMatchObject({ name: 'AbortError' })
    await vi.waitFor(async () => expect(await connections()).toEqual([]), 10_000)
    expect((await admin.query(`select from note where body = 'aborted'`)).rowCount).toBe(0)
  })

  test('has no statement timeout', async () => {
    const { rows } = await withOwner<NotesSchema, { rows: { timeout: string }[] }>(scratch.ownerUrl, (trx) =>
      sql<{ timeout: string }>`select current_setting('statement_timeout') as timeout`.execute(trx),
    )
    expect(rows).toEqual([{ timeout: '0' }])
  })

  test('says that the database is away', async () => {
    await expect(withOwner('postgres://x@127.0.0.1:1/x', async () => {})).rejects.toThrow(UnavailableError)
  })

  test('refuses an empty tenant', async () => {
    await expect(withOwner(scratch.ownerUrl, async () => {}, { tenant: '' })).rejects.toThrow(TypeError)
  })
})
