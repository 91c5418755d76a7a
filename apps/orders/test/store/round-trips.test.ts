import { createDatabase, type Database } from '@atoll/database'
import { alice, type CountingProxy, countingProxy, principal } from '@atoll/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Tables } from '../../src/store/tables.ts'
import { ordersStore } from '../../src/store.ts'
import { signal } from '../shops.ts'
import '../shared-database.ts'

const staff = principal({ subject: 'sam', tenant: 'acme', scopes: ['orders:support'] })

let proxy: CountingProxy
let database: Database<Tables>
let store: ReturnType<typeof ordersStore>
beforeAll(async () => {
  proxy = await countingProxy(inject('sharedDatabase').appUrl)
  database = createDatabase<Tables>({ url: proxy.url, poolSize: 1, applicationName: 'orders-test' })
  store = ordersStore(database)
  for (let time = 0; time < 5; time += 1) await settle()
})
afterAll(async () => {
  await database?.close()
  await proxy?.close()
})

/** Anything that is answered after all that was sent before. */
const settle = () =>
  database.inTenant(staff, (trx) => trx.selectFrom('products').select('id').limit(1).execute(), {
    readOnly: true,
  })

/** Of a read that was asked before: what is asked often is prepared behind an answer, which nobody waits for. */
async function roundTripsOf(read: () => Promise<unknown>): Promise<number> {
  for (let time = 0; time < 5; time += 1) {
    expect(await read()).toBeDefined()
    await settle()
  }
  const before = proxy.roundTrips
  await read()
  return proxy.roundTrips - before
}

test('one order costs one round trip, tenant included', async () => {
  const { items } = await store.orders.list(alice(), {}, { limit: 1 }, { signal })
  expect(await roundTripsOf(() => store.orders.find(alice(), items[0]?.id ?? '', { signal }))).toBe(1)
  expect(await roundTripsOf(() => store.orders.find(alice(), items[0]?.number ?? '', { signal }))).toBe(1)
  expect(await roundTripsOf(() => store.support.find(staff, '50001', { signal }))).toBe(1)
})

test('so does one product, and a page of orders', async () => {
  expect(await roundTripsOf(() => store.products.find(alice(), 'P-001', { signal }))).toBe(1)
  expect(await roundTripsOf(() => store.orders.list(alice(), {}, { limit: 5 }, { signal }))).toBe(1)
})

test('so does a first page with the sum of everything', async () => {
  expect(await roundTripsOf(() => store.support.search(staff, {}, { limit: 5 }, { signal }))).toBe(1)
})
