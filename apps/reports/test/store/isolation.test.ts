import type { Database } from '@atoll/database'
import { createDatabase } from '@atoll/database'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Content } from '../../src/model.ts'
import { runStore } from '../../src/store/runs.ts'
import type { Tables } from '../../src/store/tables.ts'
import { alice, bob, type Desk, mallory, openDesk, signal } from '../desk.ts'
import { gate } from '../gate.ts'

let desk: Desk
let database: Database<Tables>
beforeAll(async () => {
  desk = await openDesk()
  database = createDatabase<Tables>({ url: desk.appUrl, applicationName: 'reports-test' })
  await desk.make('headcount')
})
afterAll(async () => {
  await database.close()
  await desk.close()
})

const count = (who: typeof alice) =>
  database.inTenant(who, async (trx) => (await trx.selectFrom('reports').select('id').execute()).length, {
    signal,
  })

test('a report is there for its owner alone, in the database too', async () => {
  expect(await count(alice)).toBe(1)
  expect(await count(bob)).toBe(0)
  expect(await count(mallory)).toBe(0)
  expect(await database.kysely.selectFrom('reports').select('id').execute()).toEqual([])
})

test('nobody changes another’s, deletes one, or writes one for somebody else', async () => {
  const changed = await database.inTenant(
    bob,
    (trx) =>
      trx.updateTable('reports').set({ failure: 'x' }).where('type', '=', 'headcount').executeTakeFirst(),
    { signal },
  )
  expect(changed.numUpdatedRows).toBe(0n)
  const deleted = await database.inTenant(alice, (trx) => trx.deleteFrom('reports').executeTakeFirst(), {
    signal,
  })
  expect(deleted.numDeletedRows).toBe(0n)
  const forged = database.inTenant(
    bob,
    (trx) =>
      sql`insert into reports (tenant, id, subject, type, from_day, to_day, priority, granted, fingerprint, status, job_id, steps_total)
        values ('acme', 'rep_x', 'alice', 'headcount', '2026-01-01', '2026-01-02', 'normal', '{}', 'f', 'queued', gen_random_uuid(), 1)`.execute(
        trx,
      ),
    { signal },
  )
  await expect(forged).rejects.toThrow()
})

test('only the latest run of a report may write to it', async () => {
  const { open, held } = gate(desk.sources, 'hr__list_departments')
  const waiting = desk.server.call('generate_report', { type: 'budget_summary' }, { as: alice })
  await held
  const { items } = await desk.deps.reports.list(alice, { limit: 1 }, { signal })
  const id = items[0]?.id
  if (!id) throw new Error('There is no report')
  const runs = runStore(database)
  const [stale, latest] = [await runs.begin(alice, id, { signal }), await runs.begin(alice, id, { signal })]
  if (!stale || !latest) throw new Error('It could not be taken in hand')
  const content = (title: string): Content => ({
    title,
    type: 'budget_summary',
    period: stale.period,
    department: null,
    generated_at: '2026-01-01T00:00:00.000Z',
    sections: [],
  })
  expect(await runs.finish(alice, stale, content('stale'), { signal })).toBe(false)
  expect(await runs.finish(bob, latest, content('not his'), { signal })).toBe(false)
  expect(await runs.finish(alice, latest, content('latest'), { signal })).toBe(true)
  expect(await runs.finish(alice, latest, content('twice'), { signal })).toBe(false)
  expect(await runs.begin(alice, id, { signal })).toBeUndefined()
  open()
  await waiting
  expect((await desk.deps.reports.find(alice, id, { signal }))?.content?.title).toBe('latest')
})
