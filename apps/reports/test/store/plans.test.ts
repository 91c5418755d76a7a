import { join } from 'node:path'
import { createDatabase, type Database } from '@atoll/database'
import { keptPlans, plansOf, principal, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { type Content, ReportId } from '../../src/model.ts'
import { reportStore } from '../../src/store/reports.ts'
import { runStore } from '../../src/store/runs.ts'
import type { Tables } from '../../src/store/tables.ts'
import { signal } from '../desk.ts'
import { fillMany } from './many-reports.ts'

const alice = principal({ subject: 'alice', tenant: 'many', scopes: ['reports:read'] })

let target: TestDatabase
let database: Database<Tables>
beforeAll(async () => {
  target = await testDatabase({ name: 'reports-plans', migrations })
  await fillMany(target.ownerUrl)
  database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'reports-test' })
})
afterAll(async () => {
  await database?.close()
  await target?.close()
})

const storesOver = (over: Database<Tables>) => {
  const noQueue = async () => {}
  return { reports: reportStore(over, { enqueue: noQueue, dequeue: noQueue }), runs: runStore(over) }
}
type Stores = ReturnType<typeof storesOver>
const options = { signal }
const id = ReportId.parse(`rep_${(20_000).toString(16).padStart(24, '0')}`)
const after = ['2026-01-20 00:00:00+00', id]
const run = { id, attempt: 1 } as Parameters<Stores['runs']['finish']>[1]

const QUERIES: Record<string, (stores: Stores) => Promise<unknown>> = {
  'get-report': ({ reports }) => reports.find(alice, id, options),
  'look-at-report': ({ reports }) => reports.look(alice, id, options),
  'list-my-reports': ({ reports }) => reports.list(alice, { limit: 20 }, options),
  'list-my-reports-next-page': ({ reports }) => reports.list(alice, { limit: 20, after }, options),
  'list-my-reports-by-status': ({ reports }) => reports.list(alice, { limit: 20, status: 'failed' }, options),
  'begin-a-run': ({ runs }) => runs.begin(alice, id, options),
  'finish-a-run': ({ runs }) => runs.finish(alice, run, {} as Content, options),
}

keptPlans({
  directory: join(import.meta.dirname, '../../src/store/plans'),
  queries: QUERIES,
  plans: (ask) => plansOf(database, (explained) => ask(storesOver(explained))),
})
