import { UnavailableError } from '@atoll/errors'
import { expect, inject, onTestFinished, test } from 'vitest'
import { dropDatabase, provisionDomain } from '../../src/embedded/index.ts'
import { query } from './support.ts'

const names = { database: 'atoll_test_domain', owner: 'test_domain_owner', app: 'test_domain_app' }
const passwords = { owner: "o'wner/ü", app: 'app @:/' }

function provision(given = passwords) {
  const adminUrl = inject('adminUrl')
  onTestFinished(() => dropDatabase(adminUrl, names))
  return provisionDomain(adminUrl, { domain: 'test-domain', passwords: given })
}

test('makes a database with an owner and an app role, which both can log in', async () => {
  const { ownerUrl, appUrl } = await provision()
  const who = `select current_database() as database, current_user as user, datcollate is not null as collated
    from pg_database where datname = current_database()`
  expect(await query(ownerUrl, who)).toMatchObject([{ database: names.database, user: names.owner }])
  expect(await query(appUrl, who)).toMatchObject([{ database: names.database, user: names.app }])
  expect(await query(appUrl, `select 'é' < 'f' and 'a' < 'B' as ordered, lower('ÄÖ') as lower`)).toEqual([
    { ordered: true, lower: 'äö' },
  ])
})

test('done again keeps the data and takes the new passwords', async () => {
  const first = await provision()
  await query(first.ownerUrl, 'create table kept as select 42 as answer')
  const second = await provision({ owner: 'new owner', app: 'new app' })
  expect(await query(second.ownerUrl, 'table kept')).toEqual([{ answer: 42 }])
  expect(await query(second.appUrl, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('done by several at once works for each', async () => {
  const all = await Promise.all([provision(), provision(), provision()])
  for (const { appUrl } of all) expect(await query(appUrl, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('lets nobody else in', async () => {
  await provision()
  const [row] = await query(
    inject('adminUrl'),
    `select has_database_privilege('public', '${names.database}', 'connect') as public,
       has_database_privilege('${names.app}', '${names.database}', 'temp') as temp,
       has_database_privilege('${names.app}', '${names.database}', 'create') as create`,
  )
  expect(row).toEqual({ public: false, temp: false, create: false })
})

test('says that the server is away', async () => {
  const away = provisionDomain('postgres://x@127.0.0.1:1/x', { domain: 'test-domain', passwords })
  await expect(away).rejects.toThrow(UnavailableError)
})
