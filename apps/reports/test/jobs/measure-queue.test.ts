import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, type Desk, FEWER, openDesk, reportsDatabase } from '../desk.ts'
import { gate } from '../gate.ts'

let database: Awaited<ReturnType<typeof reportsDatabase>>
let desk: Desk
beforeAll(async () => {
  database = await reportsDatabase()
  desk = await openDesk({ REPORTS_CONCURRENCY: '1' }, { database })
})
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

async function measured() {
  const lines = (await desk.server.telemetry.metrics()).split('\n')
  const of = (name: string) =>
    Number(
      lines
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')
        .at(-1),
    )
  return {
    waiting: of('atoll_reports_queue{state="waiting"}'),
    running: of('atoll_reports_queue{state="running"}'),
    age: of('atoll_reports_queue_oldest_seconds'),
  }
}

async function ask(month: string) {
  const date_range = { from: `2026-${month}-01`, to: `2026-${month}-28` }
  const call = { name: 'generate_report', arguments: { type: 'headcount', date_range } }
  await desk.server.request('tools/call', call, { as: alice, token: FEWER, followsTasks: true })
}

test('the metrics say how many reports wait and are made, and for how long the first one waits', async () => {
  expect(await measured()).toEqual({ waiting: 0, running: 0, age: 0 })
  const { open, held } = gate(desk.sources, 'hr__headcount_summary')
  await ask('01')
  await held
  for (const month of ['02', '03']) await ask(month)
  const busy = await measured()
  expect(busy).toMatchObject({ waiting: 2, running: 1 })
  expect(busy.age).toBeGreaterThan(0)
  open()
  await expect.poll(measured, { timeout: 30_000 }).toEqual({ waiting: 0, running: 0, age: 0 })
})

test('where the queue cannot be asked the other metrics are there', async () => {
  await desk.rows('alter table pgboss.job rename to job_away')
  const text = await desk.server.telemetry.metrics()
  expect(text).toContain('mcp_server_dependency_up')
  expect(text).not.toContain('atoll_reports_queue{')
  await desk.rows('alter table pgboss.job_away rename to job')
})
