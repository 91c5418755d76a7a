import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, type Desk, openDesk, signal, textOf } from '../desk.ts'
import { gate } from '../gate.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({}, { patience: { heartbeat: 10, attempt: 1, retries: 1 } })
})
afterAll(() => desk.close())

const untilHungUp = (signal: AbortSignal) =>
  new Promise<void>((go) => signal.addEventListener('abort', () => go(), { once: true }))

test('what fails once is made by the next attempt', async () => {
  const { ended } = gate(desk.sources, 'hr__timesheet_summary')
  const made = await desk.make('project_status')
  await ended
  expect(made).toMatchObject({ ready: true, report: { attempts: 2 } })
})

test('what cannot be made within its time is tried again, then put aside with the reason, and says so to its owner', async () => {
  desk.sources.behave('hr__list_departments', untilHungUp)
  const result = await desk.server.call('generate_report', { type: 'budget_summary' }, { as: alice })
  expect(result.isError).toBe(true)
  expect(textOf(result)).toContain('It could not be made')
  const { items } = await desk.deps.reports.list(alice, { limit: 5 }, { signal })
  expect(items.slice(0, 1)).toMatchObject([
    { status: 'failed', attempts: 2, failure: expect.stringContaining('Ask for it later') },
  ])
  const [row] = await desk.rows(`select sealed_authorization from reports where status = 'failed'`)
  expect(row).toEqual({ sealed_authorization: null })
  const dead = await desk.rows(
    `select source_output->>'message' as reason, source_retry_count from pgboss.job where name = 'reports_dead'`,
  )
  expect(dead).toEqual([{ reason: 'handler execution exceeded 1s', source_retry_count: 1 }])
})
