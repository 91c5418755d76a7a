import { join } from 'node:path'
import { createDatabase, type Database } from '@atoll/database'
import { keptPlans, plansOf, principal, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { seedCommand } from '../../src/seed/command.ts'
import type { Tables } from '../../src/store/tables.ts'
import { ordersStore } from '../../src/store.ts'
import { runCommand } from '../run-command.ts'
import { signal } from '../shops.ts'

/** Enough that reading a table whole never is the fastest way. */
const ORDERS = 30_000

const tenant = 'scale'
const alice = principal({ subject: 'alice', tenant })
const staff = principal({ subject: 'sam', tenant, scopes: ['orders:support'] })

let target: TestDatabase
let database: Database<Tables>
beforeAll(async () => {
  target = await testDatabase({ name: 'orders-plans', migrations })
  await runCommand(seedCommand, ['--orders', String(ORDERS)], target.ownerUrl)
  database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'orders-test' })
})
afterAll(async () => {
  await database?.close()
  await target?.close()
})

type Store = ReturnType<typeof ordersStore>
const first = { limit: 20 }
const later = { limit: 20, after: ['2025-06-15', 'ord_800000000000000000000000'] }
const options = { signal }

const QUERIES: Record<string, (store: Store) => Promise<unknown>> = {
  'get-order-by-id': (store) => store.orders.find(alice, 'ord_800000000000000000000000', options),
  'get-order-by-number': (store) => store.orders.find(alice, '100012345', options),
  'get-customer-order': (store) => store.support.find(staff, '100012345', options),
  'get-product': (store) => store.products.find(alice, 'P-0500', options),
  'list-my-orders': (store) => store.orders.list(alice, {}, first, options),
  'list-my-orders-next-page': (store) => store.orders.list(alice, {}, later, options),
  'list-my-orders-by-status': (store) => store.orders.list(alice, { status: 'pending' }, first, options),
  'search-orders': (store) => store.support.search(staff, {}, first, options),
  'search-orders-next-page': (store) => store.support.search(staff, {}, later, options),
  'search-orders-by-status': (store) =>
    store.support.search(staff, { status: 'pending', ordered_from: '2025-02-03' }, first, options),
  'search-orders-of-customer': (store) =>
    store.support.search(staff, { customer: 'C-000123' }, first, options),
  'search-orders-of-customer-by-status': (store) =>
    store.support.search(staff, { customer: 'C-000123', status: 'refunded' }, first, options),
  'search-orders-by-number': (store) => store.support.search(staff, { number: '100012345' }, first, options),
}

keptPlans({
  directory: join(import.meta.dirname, '../../src/store/plans'),
  queries: QUERIES,
  plans: (ask) => plansOf(database, (explained) => ask(ordersStore(explained))),
})
