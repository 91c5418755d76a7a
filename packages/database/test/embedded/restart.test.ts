import { UnavailableError } from '@atoll/errors'
import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { alice } from '../support/notes.ts'
import { openDatabase } from '../support/scratch-database.ts'
import { scratchFolder, start } from './support.ts'

const one = sql<{ one: number }>`select 1 as one`

test('a pool survives a restart of its server, with transactions under way', async () => {
  const folder = await scratchFolder()
  const first = await start(folder)
  const database = openDatabase(first.adminUrl, { poolSize: 3 })
  const read = () => database.inTenant(alice, (trx) => one.execute(trx), { readOnly: true })
  await Promise.all([read(), read(), read()])
  const gate = Promise.withResolvers<void>()
  const cut = database.inTenant(alice, async (trx) => {
    await one.execute(trx)
    await gate.promise
    await one.execute(trx)
  })
  await vi.waitFor(() => database.probe(AbortSignal.timeout(5000)), 10_000)

  await first.stop()
  gate.resolve()
  await expect(cut).rejects.toThrow(UnavailableError)
  await expect(read()).rejects.toThrow(UnavailableError)
  await expect(database.probe(AbortSignal.timeout(5000))).rejects.toThrow(UnavailableError)

  await start(folder, { port: first.port })
  expect((await read()).rows).toEqual([{ one: 1 }])
  expect((await database.inTenant(alice, (trx) => one.execute(trx))).rows).toEqual([{ one: 1 }])
  await database.probe(AbortSignal.timeout(5000))
})
