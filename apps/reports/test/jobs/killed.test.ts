import { once } from 'node:events'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { reportsDatabase, rowsOf } from '../desk.ts'
import { gate } from '../gate.ts'
import { type Sources, startSources } from '../sources.ts'
import { startChild, startTokenEndpoint } from './child.ts'

/** Milliseconds; it takes ten seconds without a sign of life until a worker counts as gone. */
const PATIENCE = 120_000

let sources: Sources
let database: Awaited<ReturnType<typeof reportsDatabase>>
let tokens: Awaited<ReturnType<typeof startTokenEndpoint>>
beforeAll(async () => {
  ;[sources, database, tokens] = await Promise.all([startSources(), reportsDatabase(), startTokenEndpoint()])
})
afterAll(async () => {
  tokens.close()
  await sources.close()
  await database.close()
})

async function start() {
  const child = await startChild({
    DATABASE_URL: database.appUrl,
    GATEWAY_URL: sources.url,
    DELEGATION_TOKEN_URL: tokens.url,
  })
  onTestFinished(() => child.stop())
  return child
}

const rows = (month: string) =>
  rowsOf(
    database.ownerUrl,
    `select r.status, r.attempt, r.finished_at is not null as ended, j.state::text as job, j.retry_count
     from reports r join pgboss.job j on j.id = r.job_id and j.name = 'reports' where from_day = '2026-${month}-01'`,
  )

const request = (month: string) => ({
  type: 'budget_summary',
  date_range: { from: `2026-${month}-01`, to: `2026-${month}-28` },
})

test('kill -9 in the middle and a restart: the report is finished, once', { timeout: PATIENCE }, async () => {
  const first = await start()
  const { open, held } = gate(sources, 'hr__list_departments')
  void first.call('generate_report', request('01')).catch(() => {})
  await held
  first.process.kill('SIGKILL')
  await once(first.process, 'exit')
  expect(await rows('01')).toMatchObject([{ status: 'running', attempt: 1 }])
  open()
  const second = await start()
  await expect
    .poll(() => rows('01'), { timeout: 60_000, interval: 250 })
    .toEqual([{ status: 'ready', attempt: 2, ended: true, job: 'completed', retry_count: 1 }])
  const { structuredContent } = await second.call('list_my_reports', {})
  expect(structuredContent.reports).toMatchObject([{ status: 'ready', attempts: 2 }])
})

test('a worker that comes back from the dead changes nothing of what another one finished', {
  timeout: PATIENCE,
}, async () => {
  const first = await start()
  const { open, held } = gate(sources, 'hr__list_departments')
  void first.call('generate_report', request('02')).catch(() => {})
  await held
  first.process.kill('SIGSTOP')
  const second = await start()
  open()
  await expect
    .poll(() => rows('02'), { timeout: 60_000, interval: 250 })
    .toEqual([{ status: 'ready', attempt: 2, ended: true, job: 'completed', retry_count: 1 }])
  const kept = await rowsOf(
    database.ownerUrl,
    `select content, finished_at from reports where from_day = '2026-02-01'`,
  )
  first.process.kill('SIGCONT')
  // It answers again, and so has had every chance to write.
  await first.call('generate_report', request('03'))
  await second.call('list_my_reports', {})
  expect(
    await rowsOf(database.ownerUrl, `select content, finished_at from reports where from_day = '2026-02-01'`),
  ).toEqual(kept)
})
