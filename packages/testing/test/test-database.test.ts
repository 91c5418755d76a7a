import { createDatabase, type Migrations } from '@atoll/database'
import { expect, test } from 'vitest'
import { testDatabase } from '../src/index.ts'

const migrations: Migrations = {
  '0001_notes': {
    up: `create table note (tenant text not null, body text not null);
      alter table note enable row level security;
      alter table note force row level security;
      create policy tenant on note using (tenant = current_setting('app.tenant', true))`,
  },
}

test('gives each caller a migrated database of its own', async () => {
  const [one, two] = await Promise.all([
    testDatabase({ name: 'one', migrations }),
    testDatabase({ name: 'two', migrations }),
  ])
  const first = createDatabase<{ note: { tenant: string; body: string } }>({
    url: one.appUrl,
    applicationName: 'one',
  })
  const second = createDatabase<{ note: { tenant: string; body: string } }>({
    url: two.appUrl,
    applicationName: 'two',
  })
  const alice = { tenant: 'acme', subject: 'alice' }
  await first.inTenant(alice, (trx) =>
    trx.insertInto('note').values({ tenant: 'acme', body: 'hello' }).execute(),
  )

  const read = (database: typeof first) =>
    database.inTenant(alice, (trx) => trx.selectFrom('note').select('body').execute())
  expect(await read(first)).toEqual([{ body: 'hello' }])
  expect(await read(second)).toEqual([])

  await Promise.all([first.close(), second.close()])
  await Promise.all([one.close(), two.close()])
  await expect(read(createDatabase({ url: one.appUrl, applicationName: 'gone' }))).rejects.toThrow()
})
