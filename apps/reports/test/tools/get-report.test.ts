import { principal } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Section } from '../../src/model.ts'
import { alice, bob, type Desk, mallory, openDesk, textOf } from '../desk.ts'

let desk: Desk
let id: string
beforeAll(async () => {
  desk = await openDesk()
  id = (await desk.make('quarterly_business_review')).id
})
afterAll(() => desk.close())

const get = (args: Record<string, unknown> = {}, as = alice) =>
  desk.server.call('get_report', { id, ...args }, { as })

test('shows the caller’s own report, with where to read it in other formats', async () => {
  const { structuredContent, content } = await get()
  expect(structuredContent).toMatchObject({
    report: { id, status: 'ready' },
    content: { sections: expect.any(Array) },
  })
  expect(content.filter(({ type }) => type === 'resource_link')).toMatchObject(
    ['md', 'html', 'csv', 'pdf'].map((format) => ({ uri: `report://${id}?format=${format}` })),
  )
})

test('knows nothing of a colleague’s report, nor of another tenant’s', async () => {
  for (const who of [bob, mallory]) {
    const result = await get({}, who)
    expect(result.isError).toBe(true)
    expect(textOf(result)).toContain('NOT_FOUND')
  }
})

test('hides a section from a token that may not ask its source now, whoever could when it was made', async () => {
  const may = (mayDelegate?: string[]) =>
    principal({
      subject: 'alice',
      tenant: 'acme',
      scopes: ['reports:read'],
      ...(mayDelegate && { mayDelegate }),
    })
  const sections = async (as: typeof alice): Promise<Section[]> =>
    (await get({}, as)).structuredContent.content.sections
  const some = await sections(may(['orders:support']))
  expect(some.find(({ id }) => id === 'sales')?.status).toBe('complete')
  expect(some.find(({ id }) => id === 'headcount')).toMatchObject({
    status: 'not_permitted',
    missing_scopes: ['hr:read'],
    blocks: [],
  })
  for (const section of await sections(may())) expect(section.blocks).toEqual([])
})

test('sends charts as PNG and as SVG, in light and dark', async () => {
  const png = (await get({ charts: 'png' })).content.filter(({ type }) => type === 'image')
  expect(png.length).toBeGreaterThan(4)
  for (const { data, mimeType } of png) {
    expect(mimeType).toBe('image/png')
    expect(Buffer.from(String(data), 'base64').subarray(1, 4).toString()).toBe('PNG')
  }
  const texts = async (theme: string) =>
    (await get({ charts: 'svg', theme })).content.flatMap((block) =>
      block.type === 'resource' ? [(block.resource as { uri: string; text: string }).text] : [],
    )
  const [light, dark] = await Promise.all([texts('light'), texts('dark')])
  expect(light.length).toBe(png.length)
  expect(light[0]).toContain('#ffffff')
  expect(dark[0]).not.toContain('fill="#ffffff"')
})

test('does not draw what it hides', async () => {
  const nobody = principal({ subject: 'alice', tenant: 'acme', scopes: ['reports:read'] })
  const { content } = await get({ charts: 'png' }, nobody)
  expect(content.some(({ type }) => type === 'image')).toBe(false)
})

test('names what is wrong with an id', async () => {
  const result = await get({ id: 'report 1' })
  expect(textOf(result)).toContain('id')
  const missing = await get({ id: `rep_${'0'.repeat(24)}` })
  expect(textOf(missing)).toContain('NOT_FOUND')
})
