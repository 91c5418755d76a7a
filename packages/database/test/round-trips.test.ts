import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, type NotesSchema, notes } from './support/notes.ts'
import { proxyTo } from './support/proxy.ts'
import { openDatabase, type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase(notes)
})
afterAll(() => scratch.drop())

async function flightsOf(run: (database: ReturnType<typeof openDatabase<NotesSchema>>) => Promise<unknown>) {
  const proxy = await proxyTo(scratch.appUrl)
  const database = openDatabase<NotesSchema>(proxy.url, { poolSize: 1 })
  await database.inTenant(alice, (trx) => trx.selectFrom('note').selectAll().execute(), { readOnly: true })
  proxy.flights = 0
  await run(database)
  return proxy.flights
}

test('a tool that reads one row costs one round trip, tenant included', async () => {
  const flights = await flightsOf((database) =>
    database.inTenant(alice, (trx) => trx.selectFrom('note').selectAll().where('id', '=', 1).execute(), {
      readOnly: true,
    }),
  )
  expect(flights).toBe(1)
})

test('each further read costs one more', async () => {
  const flights = await flightsOf((database) =>
    database.inTenant(
      alice,
      async (trx) => {
        await trx.selectFrom('note').selectAll().execute()
        await trx.selectFrom('note').select('id').execute()
      },
      { readOnly: true },
    ),
  )
  expect(flights).toBe(2)
})

test('a tool that writes one row costs two: the statement and its commit', async () => {
  const flights = await flightsOf((database) =>
    database.inTenant(alice, (trx) =>
      trx.insertInto('note').values({ tenant: 'acme', body: 'one' }).execute(),
    ),
  )
  expect(flights).toBe(2)
})

test('a transaction without a statement costs none', async () => {
  expect(await flightsOf((database) => database.inTenant(alice, async () => {}))).toBe(0)
})
