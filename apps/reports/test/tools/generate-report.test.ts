import { InsufficientScopeError } from '@atoll/errors'
import { alice as plainAlice, testServer } from '@atoll/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Section } from '../../src/model.ts'
import { server as definition } from '../../src/server.ts'
import { DELEGATES } from '../../src/shown.ts'
import { alice, bob, type Desk, FEWER, openDesk, textOf } from '../desk.ts'
import { gate } from '../gate.ts'
import { DELEGATED, isDown } from '../sources.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk.close())
beforeEach(() => {
  desk.exchange.granted = DELEGATES
  desk.exchange.seconds = 900
  desk.sources.asked.length = 0
})

const sectionOf = (content: { sections: Section[] }, id: string) =>
  content.sections.find((section) => section.id === id)

describe('a report of each type', () => {
  test.each([
    ['headcount', ['headcount', 'headcount_by_month', 'headcount_by_department', 'headcount_by_location']],
    ['project_status', ['projects', 'project_hours']],
    ['budget_summary', ['project_budgets', 'department_budgets']],
    ['sales_performance', ['sales', 'sales_over_time', 'best_sellers']],
    [
      'quarterly_business_review',
      [
        ...['sales', 'sales_over_time', 'best_sellers', 'headcount', 'headcount_by_month'],
        ...['projects', 'project_budgets'],
      ],
    ],
  ])('%s is complete for somebody with all rights', async (type, sections) => {
    const { ready, content, report } = await desk.make(type)
    expect(ready).toBe(true)
    expect(report).toMatchObject({ type, status: 'ready', attempts: 1, period: { to: '2026-03-31' } })
    expect(content.sections.map(({ id, status }: Section) => `${id} ${status}`)).toEqual(
      sections.map((id) => `${id} complete`),
    )
    for (const { blocks } of content.sections) expect(blocks.length).toBeGreaterThan(0)
  })

  test('asks each question once, as the person, with the token of delegation', async () => {
    await desk.make('quarterly_business_review')
    const questions = desk.sources.asked.map(({ tool, args }) => JSON.stringify([tool, args]))
    expect(new Set(questions).size).toBe(questions.length)
    expect(new Set(desk.sources.asked.map(({ subject }) => subject))).toEqual(new Set(['alice']))
  })

  test('asks the sources side by side: neither waits for the answer of another', async () => {
    const gates = ['hr__query_hr_data', 'hr__timesheet_summary'].map((tool) => gate(desk.sources, tool))
    const making = desk.make('project_status')
    await Promise.all(gates.map(({ held }) => held))
    for (const { open } of gates) open()
    expect((await making).ready).toBe(true)
  })

  test('compares with the period before and keeps money exact', async () => {
    const { content } = await desk.make('budget_summary')
    const [figures] = sectionOf(content, 'project_budgets')?.blocks ?? []
    expect(figures).toMatchObject({
      figures: [
        { label: 'Budget', value: { minor: 6_000_000, currency: 'EUR' } },
        { label: 'Spent', value: { minor: 6_123_456, currency: 'EUR' } },
        { label: 'Used', value: 102.1, unit: 'percent' },
        { label: 'Projects over budget', value: 1 },
      ],
    })
    const { content: sales } = await desk.make('sales_performance')
    expect(sectionOf(sales, 'sales')?.blocks[0]).toMatchObject({
      figures: [
        { label: 'Orders', value: 7, change_percent: 0 },
        { value: { minor: 123_456, currency: 'USD' } },
        { label: 'Mean order (USD)', value: { minor: 17_637, currency: 'USD' } },
      ],
    })
    const before = desk.sources.asked.map(({ args }) => args.ordered_to)
    expect(before).toContain('2025-12-31')
  })

  test('is about one department where its type allows that', async () => {
    const { report } = await desk.make('headcount', { args: { department: 'Engineering' } })
    expect(report.department).toBe('Engineering')
    expect(desk.sources.asked.every(({ args }) => args.department === 'Engineering')).toBe(true)
  })
})

describe('what it shows', () => {
  test('never holds what the person could not have asked for: the section names the scope, and nobody is asked', async () => {
    desk.exchange.granted = ['orders:support']
    const { content } = await desk.make('quarterly_business_review')
    expect(sectionOf(content, 'headcount')).toMatchObject({
      status: 'not_permitted',
      missing_scopes: ['hr:read'],
      problem: expect.stringContaining('hr:read'),
      blocks: [],
    })
    expect(sectionOf(content, 'sales')).toMatchObject({ status: 'complete' })
    expect(desk.sources.asked.every(({ tool }) => tool.startsWith('orders__'))).toBe(true)
  })

  test('says where a source is down, and is ready all the same', async () => {
    desk.sources.behave('orders__search_orders', isDown)
    const { content, ready } = await desk.make('quarterly_business_review')
    desk.sources.behave('orders__search_orders', async () => {})
    expect(ready).toBe(true)
    expect(sectionOf(content, 'sales')).toMatchObject({
      status: 'unavailable',
      problem: expect.stringContaining('orders cannot be reached right now.'),
    })
    expect(sectionOf(content, 'headcount')).toMatchObject({ status: 'complete' })
  })

  test('says that the authorization ended when it did before the sources were asked', async () => {
    desk.exchange.seconds = -1
    const { content } = await desk.make('headcount')
    for (const section of content.sections) expect(section).toMatchObject({ status: 'authorization_ended' })
    expect(desk.sources.asked).toEqual([])
  })
})

describe('the authorization', () => {
  test('is exchanged from the caller’s own token, kept sealed while the report is made, and gone afterwards', async () => {
    const { open, held } = gate(desk.sources, 'hr__list_departments')
    desk.exchange.subjects.length = 0
    const making = desk.server.call(
      'generate_report',
      { type: 'budget_summary', date_range: 'last_7_days' },
      { as: alice, token: 'the token of alice' },
    )
    await held
    expect(desk.exchange.subjects).toEqual(['the token of alice'])
    const { items } = await desk.deps.reports.list(
      alice,
      { limit: 1 },
      { signal: new AbortController().signal },
    )
    const id = items[0]?.id ?? ''
    const [row] = await desk.rows(`select sealed_authorization from reports where id = '${id}'`)
    expect(row?.sealed_authorization).toMatch(/^[\w-]{100,}$/)
    expect(row?.sealed_authorization).not.toContain(DELEGATED)
    open()
    await making
    expect(await desk.rows(`select sealed_authorization from reports where id = '${id}'`)).toEqual([
      { sealed_authorization: null },
    ])
    const jobs = await desk.rows(`select data::text from pgboss.job`)
    expect(JSON.stringify(jobs)).not.toContain(DELEGATED)
  })
})

describe('the same request', () => {
  const same = { type: 'budget_summary', date_range: { from: '2026-02-01', to: '2026-02-28' } }

  test('joins the report that is being made, for the same person with the same rights only', async () => {
    const { open, held } = gate(desk.sources, 'hr__list_departments')
    const first = desk.server.call('generate_report', same, { as: alice })
    await held
    const second = desk.server.call('generate_report', { ...same, priority: 'high' }, { as: alice })
    const other = desk.server.call('generate_report', same, { as: bob })
    const fewer = desk.server.call('generate_report', same, { as: alice, token: FEWER })
    await expect
      .poll(() => desk.rows(`select count(*)::int as count from reports where from_day = '2026-02-01'`))
      .toEqual([{ count: 3 }])
    open()
    const ids = (await Promise.all([first, second, fewer])).map(
      ({ structuredContent }) => structuredContent.id,
    )
    expect(ids[1]).toBe(ids[0])
    expect(ids[2]).not.toBe(ids[0])
    expect((await other).structuredContent.id).not.toBe(ids[0])
    const again = await desk.server.call('generate_report', same, { as: alice })
    expect(ids).not.toContain(again.structuredContent.id)
  })
})

describe('a client', () => {
  test('that waits is told how far the work is', async () => {
    const progress: unknown[] = []
    await desk.server.call(
      'generate_report',
      { type: 'headcount', date_range: 'last_month' },
      {
        as: alice,
        progressToken: 'p',
        onNotify: (_method, params) => void progress.push(params),
      },
    )
    expect(progress.length).toBeGreaterThan(0)
    expect(progress.at(-1)).toMatchObject({ progressToken: 'p', total: 5 })
  })

  test('that follows tasks gets one, with the report as its result', async () => {
    const { open, held } = gate(desk.sources, 'hr__list_departments')
    const as = alice
    const args = { type: 'budget_summary', date_range: 'last_90_days' }
    const begun = await desk.server.request(
      'tools/call',
      { name: 'generate_report', arguments: args },
      { as, followsTasks: true },
    )
    await held
    const taskId = String(begun.taskId)
    expect(await desk.server.task(taskId, { as })).toMatchObject({ status: 'working' })
    open()
    await expect
      .poll(() => desk.server.task(taskId, { as }), { timeout: 10_000 })
      .toMatchObject({ status: 'completed', result: { structuredContent: { ready: true } } })
  })
})

describe('is refused', () => {
  test.each([
    [
      'a department where the type knows none',
      { type: 'sales_performance', department: 'Sales' },
      'department',
    ],
    [
      'a range that runs backwards',
      { type: 'headcount', date_range: { from: '2026-02-01', to: '2026-01-01' } },
      'Swap',
    ],
    [
      'a range without end',
      { type: 'headcount', date_range: { from: '1900-01-01', to: '2026-01-01' } },
      '20 years',
    ],
    ['a range nobody knows', { type: 'headcount', date_range: 'last_fortnight' }, 'date_range'],
    ['a type nobody knows', { type: 'gossip' }, 'type'],
  ])('%s', async (_what, args, reason) => {
    const result = await desk.server.call('generate_report', args, { as: alice })
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain(reason)
  })

  test('somebody who may only read', async () => {
    const call = desk.server.call(
      'generate_report',
      { type: 'headcount' },
      { as: plainAlice('reports:read') },
    )
    await expect(call).rejects.toThrow(InsufficientScopeError)
  })

  test('everybody where no gateway is configured, in words for whoever runs it', async () => {
    const deps = { ...desk.deps, hasGateway: false }
    const alone = await testServer(definition, { deps, exchange: desk.exchange })
    const result = await alone.call('generate_report', { type: 'headcount' }, { as: alice })
    expect(textOf(result)).toContain('GATEWAY_URL')
    await alone.close()
  })
})
