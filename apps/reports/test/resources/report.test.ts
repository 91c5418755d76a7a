import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice, bob, type Desk, openDesk, signal } from '../desk.ts'
import { gate } from '../gate.ts'

let desk: Desk
let id: string
beforeAll(async () => {
  desk = await openDesk()
  id = (await desk.make('quarterly_business_review')).id
})
afterAll(() => desk.close())

async function read(uri: string, as = alice) {
  const { contents } = await desk.server.request('resources/read', { uri }, { as })
  const [first] = contents as { mimeType: string; text?: string; blob?: string }[]
  return {
    mimeType: first?.mimeType,
    text: first?.text ?? Buffer.from(first?.blob ?? '', 'base64').toString('latin1'),
  }
}

test.each([
  ['', 'application/json', '"sections"'],
  ['?format=json', 'application/json', '"sections"'],
  ['?format=md', 'text/markdown', '# Quarterly business review'],
  ['?format=html', 'text/html', '<!doctype html>'],
  ['?format=csv', 'text/csv', 'section,block,row,column,value,unit'],
  ['?format=pdf', 'application/pdf', '%PDF-1.'],
])('is there as %s', async (query, mimeType, beginning) => {
  const { text, ...about } = await read(`report://${id}${query}`)
  expect(about).toEqual({ mimeType })
  expect(text).toContain(beginning)
})

test('has each of its charts by id, as it was sent with the report', async () => {
  const sent = await desk.server.call('get_report', { id, charts: 'svg', theme: 'dark' }, { as: alice })
  const charts = sent.content.flatMap(({ resource }) =>
    resource ? [resource as { uri: string; text: string }] : [],
  )
  expect(charts.length).toBeGreaterThan(4)
  for (const { uri, text } of charts) expect(await read(uri)).toEqual({ mimeType: 'image/svg+xml', text })
  const png = await read(`report://${id}/charts/headcount_by_month?as=png`)
  expect(png).toMatchObject({ mimeType: 'image/png', text: expect.stringContaining('PNG') })
  await expect(read(`report://${id}/charts/nothing`)).rejects.toThrow('no chart')
  await expect(read(`report://${id}/charts/headcount_by_month?as=gif`)).rejects.toThrow('svg or png')
  await expect(read(charts[0]?.uri ?? '', bob)).rejects.toThrow('no chart')
})

test('names the formats there are', async () => {
  await expect(read(`report://${id}?format=docx`)).rejects.toThrow('json, md, html, csv, pdf')
})

test('is nothing to anybody else', async () => {
  await expect(read(`report://${id}?format=pdf`, bob)).rejects.toThrow('no report')
})

test('cannot be read before it is ready', async () => {
  const { open, held } = gate(desk.sources, 'hr__list_departments')
  const waiting = desk.server.call('generate_report', { type: 'budget_summary' }, { as: alice })
  await held
  const { items } = await desk.deps.reports.list(alice, { limit: 1 }, { signal })
  await expect(read(`report://${items[0]?.id}?format=md`)).rejects.toThrow('running')
  open()
  await waiting
  expect((await read(`report://${items[0]?.id}?format=md`)).text).toContain('# Budget summary')
})

test('is listed for its owner, and heard of by its owner when it is ready', async () => {
  const heard = desk.server.heardBy(alice)
  const overheard = desk.server.heardBy(bob)
  const made = await desk.make('headcount')
  const { resources } = await desk.server.request('resources/list', {}, { as: alice })
  expect(resources).toContainEqual(expect.objectContaining({ uri: `report://${made.id}` }))
  await expect.poll(() => heard).toContainEqual(expect.objectContaining({ uri: `report://${made.id}` }))
  expect(overheard.filter((event) => 'uri' in event)).toEqual([])
})
