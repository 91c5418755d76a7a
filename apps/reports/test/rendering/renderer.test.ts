import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, expect, test } from 'vitest'
import { createRenderer } from '../../src/rendering/renderer.ts'
import { SAMPLE } from './sample.ts'

const renderer = createRenderer()
afterAll(() => renderer.close())
const options = { signal: AbortSignal.timeout(60_000) }

test('a PDF holds all that the report says, as text', async () => {
  const pdf = await renderer.render(SAMPLE, 'pdf', options)
  const document = await getDocumentProxy(new Uint8Array(pdf as Uint8Array))
  const { text } = await extractText(document, { mergePages: true })
  for (const words of [
    'Sales performance',
    '1,234,567.89 USD',
    '−12.3 %',
    'Côte de Blaye, "large"',
    'This section needs the scope hr:read',
    '1 of ',
  ]) {
    expect(text.replace(/\s+/g, ' ')).toContain(words)
  }
})

test('a chart names its axes and units, in both themes, and nothing of it comes from elsewhere', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const [picture] = await renderer.charts(SAMPLE, { as: 'svg', theme }, options)
    const svg = String(picture?.data)
    for (const words of [
      'Goods sold by month',
      'Goods sold (USD)',
      'Month',
      '2026-03',
      '60K',
      'This year',
      'Last year',
    ]) {
      expect(svg).toContain(words)
    }
    expect(svg).toMatch(/^<svg role="img" aria-label="Goods sold by month &#60;&#38;&#62;"/)
    expect(svg).not.toMatch(/<script|href="http|<foreignObject/)
  }
})

test('a PNG is a picture with something on it', async () => {
  const [picture] = await renderer.charts(SAMPLE, { as: 'png', theme: 'dark' }, options)
  const bytes = Buffer.from(picture?.data as Uint8Array)
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1440, 720])
  expect(bytes.length).toBeGreaterThan(5000)
})

test('whoever no longer waits is not kept waiting, and the next one is served', async () => {
  const leaving = new AbortController()
  const waiting = renderer.render(SAMPLE, 'pdf', { signal: leaving.signal })
  leaving.abort(new Error('left'))
  await expect(waiting).rejects.toThrow('left')
  expect(await renderer.render(SAMPLE, 'md', options)).toContain('# Sales performance')
})

test('several at once get each their own', async () => {
  const formats = ['md', 'csv', 'html', 'md'] as const
  const rendered = await Promise.all(formats.map((format) => renderer.render(SAMPLE, format, options)))
  expect(rendered.map((text) => String(text).slice(0, 9))).toEqual([
    '# Sales p',
    'section,b',
    '<!doctype',
    '# Sales p',
  ])
})
