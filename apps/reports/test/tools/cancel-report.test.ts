import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, bob, type Desk, mallory, openDesk, signal, textOf } from '../desk.ts'
import { gate } from '../gate.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())

const cancel = (id: string, as = alice) => desk.server.call('cancel_report', { id }, { as })

test('ends a report while it is made: its sources are hung up on, and it stays cancelled', async () => {
  const { held, ended } = gate(desk.sources, 'hr__list_departments')
  const waiting = desk.server.call('generate_report', { type: 'budget_summary' }, { as: alice })
  await held
  const { items } = await desk.deps.reports.list(alice, { limit: 1 }, { signal })
  const id = items[0]?.id ?? ''
  for (const who of [bob, mallory]) expect(textOf(await cancel(id, who))).toContain('NOT_FOUND')
  expect((await cancel(id)).structuredContent.report.status).toBe('cancelled')
  expect(textOf(await waiting)).toContain('cancelled')
  await ended
  const [row] = await desk.rows(
    `select status, sealed_authorization, content from reports where id = '${id}'`,
  )
  expect(row).toEqual({ status: 'cancelled', sealed_authorization: null, content: null })
  await expect
    .poll(() => desk.rows(`select state::text from pgboss.job where data->>'id' = '${id}'`))
    .toEqual([{ state: 'cancelled' }])
  expect((await cancel(id)).structuredContent.report.status).toBe('cancelled')
})

test('refuses what has ended, and does not know what never was', async () => {
  desk.sources.behave('hr__list_departments', async () => {})
  const { id } = await desk.make('headcount')
  expect(textOf(await cancel(id))).toContain('nothing left to cancel')
  expect(textOf(await cancel(`rep_${'0'.repeat(24)}`))).toContain('NOT_FOUND')
})
