import { createDatabase, type Database } from '@atoll/database'
import { alice, type CountingProxy, countingProxy } from '@atoll/testing'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { EmployeeId } from '../../src/model.ts'
import type { Tables } from '../../src/store/tables.ts'
import { hrStore } from '../../src/store.ts'
import { signal } from '../company.ts'
import '../shared-database.ts'

let proxy: CountingProxy
let database: Database<Tables>
let store: ReturnType<typeof hrStore>
beforeAll(async () => {
  proxy = await countingProxy(inject('sharedDatabase').appUrl)
  database = createDatabase<Tables>({ url: proxy.url, poolSize: 1, applicationName: 'hr-test' })
  store = hrStore(database)
})
afterAll(async () => {
  await database?.close()
  await proxy?.close()
})

test('one employee costs one round trip, tenant included, and so do a page of them and all departments', async () => {
  const id = EmployeeId.parse('E1001')
  const reads = [
    () => store.employees.find(alice(), id, { signal }),
    () => store.employees.search(alice(), { sort: 'name', direction: 'asc', limit: 5 }, { signal }),
    () => store.departments.list(alice(), { signal }),
  ]
  // What is asked often is prepared behind an answer, which nobody waits for: after that it is asked again.
  for (let time = 0; time < 6; time += 1) for (const read of reads) expect(await read()).toBeDefined()
  for (const read of reads) {
    const before = proxy.roundTrips
    await read()
    expect(proxy.roundTrips - before).toBe(1)
  }
})

test.each([
  ['a page', { location: 'Berlin' }, 'location_key', 1],
  ['a search by words', { text: 'mar gar' }, 'employee_terms', 2],
])('%s is planned once, however many are on it', async (_, filter, about, statements) => {
  const customPlans = async () => {
    const { rows } = await database.inTenant(
      alice(),
      (trx) =>
        sql<{ plans: number }>`select custom_plans as plans from pg_prepared_statements
          where strpos(statement, ${about}) > 0`.execute(trx),
      { readOnly: true },
    )
    return rows.map(({ plans }) => plans)
  }
  const search = { sort: 'name', direction: 'asc', ...filter } as const
  for (let limit = 1; limit < 20; limit += 1) {
    await store.employees.search(alice(), { ...search, limit }, { signal })
  }
  // PostgreSQL looks at the values five times, and from then on keeps a plan that suits all of them.
  expect(await customPlans()).toEqual(Array.from({ length: statements }, () => 5))
})
