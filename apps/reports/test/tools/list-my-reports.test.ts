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

test('a cursor works for the caller and the query it was made for, and for nothing else', async () => {
  const { next_cursor: cursor } = (await list({ limit: 1 })).structuredContent
  expect((await list({ limit: 1, cursor })).isError).toBeUndefined()
  const [body, mark] = cursor.split('.')
  const elsewhere = Buffer.from(JSON.stringify(['2000-01-01', 'rep_0'])).toString('base64url')
  for (const [args, as] of [
    [{ cursor }, bob],
    [{ cursor }, mallory],
    [{ cursor, status: 'ready' }, alice],
    [{ cursor: `${elsewhere}.${mark}` }, alice],
    [{ cursor: `${body}.${mark.slice(1)}A` }, alice],
    [{ cursor: body }, alice],
  ] as const) {
    const refused = await list({ limit: 1, ...args }, as)
    expect(refused.isError).toBe(true)
    expect(textOf(refused)).toMatch(/^INVALID: cursor: it does not belong to this search/)
  }
})

test('pages lose and repeat nothing when a report is asked for in between', async () => {
  const before = await pages(1)
  const seen = await pages(1, async () => void (await desk.make('project_status')))
  expect(seen).toEqual(before)
  expect(await pages(100)).toHaveLength(before.length + 1)
})

/** All ids, page by page; `between` runs once, after the first page. */
async function pages(limit: number, between = async () => {}): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const { structuredContent } = await list({ limit, ...(cursor && { cursor }) })
    if (ids.length === 0) await between()
    ids.push(...structuredContent.reports.map(({ id }: ReportSummary) => id))
    cursor = structuredContent.next_cursor
  } while (cursor)
  return ids
}
