import { createDatabase } from '@atoll/database'
import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { oldReportStore } from '../../src/store/old-reports.ts'
import type { Tables } from '../../src/store/tables.ts'
import { alice, type Desk, mallory, openDesk, reportsDatabase, signal, textOf } from '../desk.ts'
import { gate } from '../gate.ts'

let database: Awaited<ReturnType<typeof reportsDatabase>>
let desk: Desk
beforeAll(async () => {
  database = await reportsDatabase()
  desk = await openDesk({}, { database })
})
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

/** As if they had ended so many days ago. */
const end = (id: string, days: number, tenant = 'acme') =>
  desk.rows(
    `select set_config('app.tenant', '${tenant}', false);
    update reports set finished_at = now() - interval '${days} days' where id = '${id}'`,
  )

const idsOf = async (of: Desk, as: typeof alice): Promise<string[]> =>
  (await of.deps.reports.list(as, { limit: 50 }, { signal })).items.map(({ id }) => id)

test('a server that keeps reports for so long removes older ones of every tenant, and none that is being made', async () => {
  const [old, recent, others] = [
    (await desk.make('headcount')).id,
    (await desk.make('budget_summary')).id,
    (await desk.make('headcount', { as: mallory })).id,
  ]
  const { open, held } = gate(desk.sources, 'hr__list_departments')
  const making = desk.make('budget_summary')
  await held
  await end(old, 31)
  await end(recent, 29)
  await end(others, 31, 'globex')
  const keeper = await openDesk({ REPORTS_KEEP: '30d' }, { database })
  await expect.poll(async () => (await idsOf(keeper, alice)).includes(old), { timeout: 20_000 }).toBe(false)
  await expect.poll(() => idsOf(keeper, mallory), { timeout: 20_000 }).toEqual([])
  open()
  const { id: made } = await making
  expect(await idsOf(keeper, alice)).toEqual([made, recent])
  expect(textOf(await desk.server.call('get_report', { id: old }, { as: alice }))).toMatch(/^NOT_FOUND/)
  await keeper.close()
})

test('many go in several transactions', async () => {
  await desk.rows(`
    insert into reports (tenant, id, subject, type, from_day, to_day, priority, granted, fingerprint, status, job_id,
      steps_total, failure, finished_at)
    select 'acme', 'rep_' || n, 'alice', 'headcount', '2020-01-01', '2020-01-02', 'normal', '{}', n::text, 'failed',
      gen_random_uuid(), 1, 'It failed.', now() - interval '10 years'
    from generate_series(1, 1100) n`)
  const app = createDatabase<Tables>({ url: desk.appUrl, applicationName: 'reports-test' })
  const old = oldReportStore(app)
  expect(await old.remove(365, { signal })).toBe(1100)
  expect(await old.remove(365, { signal })).toBe(0)
  await app.close()
})

test('reports that are not to be removed are kept for good', async () => {
  const { id } = await desk.make('headcount')
  await end(id, 9000)
  const other = await openDesk({}, { database })
  expect(await idsOf(other, alice)).toContain(id)
  await other.close()
})

test('the app’s role removes none by itself, and makes nobody a tenant', async () => {
  const app = createDatabase<Tables>({ url: desk.appUrl, applicationName: 'reports-test' })
  const attempt = (sql: string) => app.kysely.executeQuery(CompiledQuery.raw(sql))
  await expect(attempt(`insert into report_tenants values ('forged')`)).rejects.toThrow(/row-level security/)
  const { numAffectedRows } = await attempt('delete from report_tenants')
  expect(numAffectedRows).toBe(0n)
  // Outside of a tenant's transaction there is nothing to remove.
  const { rows } = await attempt(`select remove_old_reports(now(), 100)::int as removed`)
  expect(rows).toEqual([{ removed: 0 }])
  await app.close()
})
