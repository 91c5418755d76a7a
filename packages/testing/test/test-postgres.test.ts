import pg from 'pg'
import { expect, test } from 'vitest'
import { joinTestPostgres, stopTestPostgres } from '../src/test-postgres.ts'

test('the end of one run leaves the server to another that still uses it', async () => {
  const other = await joinTestPostgres()
  await stopTestPostgres()
  const client = new pg.Client({ connectionString: other.adminUrl })
  await client.connect()
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await client.end()
  await other.leave()
})
