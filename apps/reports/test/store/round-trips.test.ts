import { createDatabase } from '@atoll/database'
import { countingProxy, principal, testDatabase } from '@atoll/testing'
import { expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { ReportId } from '../../src/model.ts'
import { reportStore } from '../../src/store/reports.ts'
import type { Tables } from '../../src/store/tables.ts'
import { signal } from '../desk.ts'
import { fillMany } from './many-reports.ts'

const alice = principal({ subject: 'alice', tenant: 'many', scopes: ['reports:read'] })
const id = ReportId.parse(`rep_${(20_000).toString(16).padStart(24, '0')}`)

test('one report costs one round trip, tenant included, and so does a page of them', async () => {
  const target = await testDatabase({ name: 'reports-trips', migrations })
  await fillMany(target.ownerUrl)
  const proxy = await countingProxy(target.appUrl)
  const database = createDatabase<Tables>({ url: proxy.url, poolSize: 1, applicationName: 'reports-test' })
  const noQueue = async () => {}
  const store = reportStore(database, { enqueue: noQueue, dequeue: noQueue })
  const reads = [
    () => store.find(alice, id, { signal }),
    async () => (await store.list(alice, { limit: 5 }, { signal })).items[4],
  ]
  try {
    // What is asked often is prepared behind an answer, which nobody waits for: after that it is asked again.
    for (let time = 0; time < 6; time += 1) for (const read of reads) expect(await read()).toBeDefined()
    for (const read of reads) {
      const before = proxy.roundTrips
      await read()
      expect(proxy.roundTrips - before).toBe(1)
    }
  } finally {
    await database.close()
    await proxy.close()
    await target.close()
  }
})
