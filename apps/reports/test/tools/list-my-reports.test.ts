import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReportSummary } from '../../src/model.ts'
import { alice, bob, type Desk, mallory, openDesk, textOf } from '../desk.ts'

let desk: Desk
const made: string[] = []
beforeAll(async () => {
  desk = await openDesk()
  for (const type of ['headcount', 'budget_summary', 'sales_performance'])
    made.unshift((await desk.make(type)).id)
})
afterAll(() => desk.close())

const list = (args: Record<string, unknown> = {}, as = alice) =>
  desk.server.call('list_my_reports', args, { as })

test('lists the caller’s own, newest first, page by page', async () => {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const { structuredContent } = await list({ limit: 2, ...(cursor && { cursor }) })
    ids.push(...structuredContent.reports.map(({ id }: ReportSummary) => id))
    cursor = structuredContent.next_cursor
  } while (cursor)
  expect(ids).toEqual(made)
})

test('lists by status, and nothing of others', async () => {
  expect((await list({ status: 'failed' })).structuredContent.reports).toEqual([])
  for (const who of [bob, mallory]) expect((await list({}, who)).structuredContent.reports).toEqual([])
})

test('refuses a cursor of somebody else', async () => {
  const { next_cursor: cursor } = (await list({ limit: 1 })).structuredContent
  expect(textOf(await list({ limit: 1, cursor }, bob))).toContain('cursor')
})
