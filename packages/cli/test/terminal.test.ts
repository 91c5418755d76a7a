import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import pc from 'picocolors'
import { expect, test } from 'vitest'
import { nearest } from '../src/terminal/nearest.ts'
import { printable, printableLine } from '../src/terminal/printable.ts'
import { showValue } from '../src/terminal/show-value.ts'
import { table } from '../src/terminal/table.ts'
import { createTerminal } from '../src/terminal/terminal.ts'

const colors = pc.createColors(false)
const wide = { columns: Number.POSITIVE_INFINITY, colors }

test('a table fits the terminal, cutting what is flexible first', () => {
  const columns = [{ title: 'NAME' }, { title: 'TEXT', flexible: true }]
  const rows = [['get_order', 'Look up one of your orders by its number.']]
  expect(table(columns, rows, wide)).toBe(
    'NAME       TEXT\nget_order  Look up one of your orders by its number.',
  )
  const narrow = table(columns, rows, { columns: 30, colors })
  expect(narrow).toBe('NAME       TEXT\nget_order  Look up one of you…')
  for (const line of table([...columns], rows, { columns: 20, colors }).split('\n')) {
    expect(line.length).toBeLessThanOrEqual(20)
  }
})

test('shows fields, lists and records, each in its way', () => {
  const value = {
    id: 7,
    note: 'one\ntwo',
    none: null,
    tags: ['a', 'b'],
    price: { minor: 895, text: '8.95 USD' },
    owner: { name: 'Ann' },
    lines: [
      { product: 'tea', amount: 3 },
      { product: 'cups', amount: 12 },
    ],
    empty: [],
  }
  expect(showValue(value, wide)).toBe(
    [
      'id     7',
      'note   one',
      '       two',
      'none   -',
      'price  8.95 USD',
      '',
      'tags',
      '  - a',
      '  - b',
      '',
      'owner',
      '  name  Ann',
      '',
      'lines',
      '  product  amount',
      '  tea           3',
      '  cups         12',
      '',
      'empty',
      '  none',
    ].join('\n'),
  )
})

test('names the columns that a narrow terminal has no room for', () => {
  const record = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`field_${index}`, index]))
  const shown = showValue([record], { columns: 40, colors })
  expect(shown).toContain('not shown for lack of width: field_4, field_5, field_6, field_7, field_8')
  expect(
    Math.max(
      ...shown
        .split('\n')
        .slice(0, 2)
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(40)
})

test('takes control sequences out of what servers say', () => {
  expect(printable('a\u001b[31mred\u001b[0m\u0007\r\nb\u202e')).toBe('ared\nb')
  expect(printableLine(' a\n\tb ')).toBe('a b')
})

test('guesses the name that was meant', () => {
  const names = ['hr__search_employees', 'hr__get_employee', 'orders__get_order']
  expect(nearest('search_employees', names)).toEqual(['hr__search_employees'])
  expect(nearest('hr__get_employe', names)).toEqual(['hr__get_employee'])
  expect(nearest('x', names)).toEqual([])
})

test('prints plain lines for steps where nobody watches', async () => {
  const stream = new PassThrough()
  const terminal = createTerminal(stream, {})
  await terminal.step('Brewing', async (step) => {
    step.note('hot')
    step.done('Brewed tea')
  })
  await terminal.step('Pouring', () => Promise.reject(new Error('spilt'))).catch(() => {})
  stream.end()
  expect(await text(stream)).toMatch(/^Brewing …\n✔ Brewed tea \(0\.\d s\)\nPouring …\n✖ Pouring\n$/)
})
