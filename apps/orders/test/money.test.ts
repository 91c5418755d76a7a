import { expect, test } from 'vitest'
import { exactMajor, money } from '../src/money.ts'

test('money shows as many decimals as the currency has', () => {
  expect(money(44_000, 'USD').text).toBe('440.00 USD')
  expect(money(5, 'EUR').text).toBe('0.05 EUR')
  expect(money(0, 'USD').text).toBe('0.00 USD')
  expect(money(440, 'JPY').text).toBe('440 JPY')
  expect(money(1, 'KWD').text).toBe('0.001 KWD')
  expect(money(Number.MAX_SAFE_INTEGER, 'USD').text).toBe('90071992547409.91 USD')
})

test('exactMajor moves the point and loses nothing', () => {
  expect(exactMajor('126579303.95', 'USD')).toBe('1265793.0395')
  expect(exactMajor('44000', 'USD')).toBe('440')
  expect(exactMajor('7908.75', 'USD')).toBe('79.0875')
  expect(exactMajor('0.5', 'USD')).toBe('0.005')
  expect(exactMajor('0', 'USD')).toBe('0')
  expect(exactMajor('100.25', 'JPY')).toBe('100.25')
  expect(exactMajor('9007199254740993.125', 'USD')).toBe('90071992547409.93125')
})
