import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { toCsv } from '../../src/rendering/csv.ts'
import { toHtml } from '../../src/rendering/html.ts'
import { toMarkdown } from '../../src/rendering/markdown.ts'
import { SAMPLE } from './sample.ts'

test('Markdown has every figure with its unit, charts as tables, and no markup of its data', () => {
  const text = toMarkdown(SAMPLE)
  expect(text).toContain('# Sales performance')
  expect(text).toContain('- Orders: **1,234** (−12.3 % on the period before)')
  expect(text).toContain('- Goods sold: **1,234,567.89 USD** (+5 % on the period before)')
  expect(text).toContain('- In yen: **5,000 JPY**')
  expect(text).toContain('- Attrition: **–**')
  expect(text).toContain('| 2026-01 | 12,345.67 USD | 10,000.00 USD |')
  expect(text).toContain('| 2026-02 | – | 20,000.00 USD |')
  expect(text).toContain('\\<img src=x onerror=alert(1)\\>\\|pipe')
  expect(text).toContain('Without \\*shipping\\* \\| and refunds.')
  expect(text).toContain('> This section needs the scope hr:read')
  expect(text).not.toMatch(/(?<!\\)<(script|img)/)
})

test('CSV has one line for each figure, in the major unit, and no formula', () => {
  const lines: Record<string, string>[] = parse(toCsv(SAMPLE), { columns: true, record_delimiter: '\r\n' })
  expect(lines).toContainEqual({
    section: 'sales',
    block: 'figures',
    row: 'Goods sold',
    column: '',
    value: '1234567.89',
    unit: 'USD',
  })
  expect(lines).toContainEqual({
    section: 'sales',
    block: 'table products',
    row: 'Côte de Blaye, "large"',
    column: 'Revenue',
    value: '-1',
    unit: 'USD',
  })
  expect(lines).toContainEqual({
    section: 'sales',
    block: 'chart by_month',
    row: '2026-01',
    column: 'This year',
    value: '12345.67',
    unit: 'USD',
  })
  expect(lines).toContainEqual(expect.objectContaining({ section: 'people', block: 'problem' }))
  for (const line of lines) {
    for (const cell of Object.values(line)) expect(cell).not.toMatch(/^[=+@]/)
  }
})

test('HTML escapes its data, runs nothing and fetches nothing', () => {
  const html = toHtml(SAMPLE)
  expect(html).toContain("default-src 'none'")
  expect(html).not.toContain('<script')
  expect(html).not.toContain('<img src=x')
  expect(html).toContain('1,234,567.89 USD')
  expect(html).toContain('prefers-color-scheme: dark')
  for (const [, source = ''] of html.matchAll(/(?:src|srcset|href)="([^"]*)"/g))
    expect(source).toMatch(/^data:image/)
})
