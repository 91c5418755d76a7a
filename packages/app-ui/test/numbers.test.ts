import { expect, test } from 'vitest'
import { formatDay, formatNumber } from '../src/numbers.ts'

const en = { locale: 'en-US' }

test('numbers are written as the reader’s language writes them, with their unit', () => {
  const money = { style: 'money', currency: 'USD' } as const
  expect(formatNumber(1_265_793.04, money, en)).toBe('$1,265,793.04')
  expect(formatNumber(1_265_793.04, money, { locale: 'de-DE' })).toBe('1.265.793,04\u00a0$')
  expect(formatNumber(5, { style: 'money', currency: 'JPY' }, en)).toBe('¥5')
  expect(formatNumber(12.5, { style: 'percent' }, en)).toBe('12.5%')
  expect(formatNumber(1_265_793, { style: 'plain' }, { ...en, isShort: true })).toBe('1.3M')
})

test('a decimal that came as text keeps every digit', () => {
  const money = { style: 'money', currency: 'USD' } as const
  expect(formatNumber('123456789012345678.91', money, en)).toBe('$123,456,789,012,345,678.91')
})

test.each([
  ['1997-01-01', 'year', '1997'],
  ['1997-04-01', 'quarter', 'Q2 1997'],
  ['1997-04-01', 'month', 'Apr 1997'],
  ['1997-04-07', 'week', 'Apr 7, 1997'],
  ['1997-04-07', undefined, 'Apr 7, 1997'],
  ['someday', 'month', 'someday'],
])('the %s of a %s is %s', (day, grain, text) => {
  expect(formatDay(day, grain, 'en-US')).toBe(text)
})
