import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, type Desk, FEWER, mallory, openDesk } from '../desk.ts'
import { gate } from '../gate.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk({ REPORTS_CONCURRENCY: '1' })
})
afterAll(() => desk.close())

/** Reports are told apart by their month. */
async function ask(month: string, as: typeof alice, args: Record<string, unknown> = {}) {
  const date_range = { from: `2026-${month}-01`, to: `2026-${month}-28` }
  const call = { name: 'generate_report', arguments: { type: 'headcount', date_range, ...args } }
  await desk.server.request('tools/call', call, { as, token: FEWER, followsTasks: true })
}

const begun = () => {
  const months = desk.sources.asked
    .filter(({ args }) => args.by === 'location')
    .map(({ args }) => String(args.from).slice(5, 7))
  return [...new Set(months)]
}

test('a tenant that waits does not wait for all that another one asked before; priorities decide within a tenant', async () => {
  const { open, held } = gate(desk.sources, 'hr__headcount_summary')
  await ask('01', alice)
  await held
  await ask('02', alice)
  await ask('03', alice)
  await ask('04', alice, { priority: 'low' })
  await ask('05', alice, { priority: 'high' })
  await ask('06', mallory)
  open()
  await expect.poll(begun, { timeout: 30_000 }).toHaveLength(6)
  // Round one: the high priority, the first in line, the other tenant's; then the rest, the low priority last.
  expect(begun()).toEqual(['01', '05', '02', '06', '03', '04'])
})
