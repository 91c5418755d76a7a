import { describe, expect, test } from 'vitest'
import { figure, round } from '../src/figures.ts'

describe('round', () => {
  test.each([
    ['1265793.0395', 2, '1265793.04'],
    ['617085.2035', 2, '617085.20'],
    ['0.005', 2, '0.01'],
    ['-0.005', 2, '-0.01'],
    ['0.0049999', 2, '0.00'],
    ['-0.0049999', 2, '0.00'],
    ['9.995', 2, '10.00'],
    ['12', 2, '12.00'],
    ['12.5', 0, '13'],
    ['-12.5', 0, '-13'],
    ['0.5', 0, '1'],
    ['1.0005', 3, '1.001'],
    ['99999999999999999999.995', 2, '100000000000000000000.00'],
  ])('makes of %s with %i digits %s, halves away from zero', (decimal, digits, rounded) => {
    expect(round(decimal, digits)).toBe(rounded)
  })

  test.each(['', 'NaN', '1e5', 'Infinity', '1.', '.5', '1,5'])('takes no other text: %j', (text) => {
    expect(() => round(text, 2)).toThrow(TypeError)
  })
})

describe('figure', () => {
  test('shows as many decimals as the currency has', () => {
    expect(figure('1265793.0395', 'money', 'USD')).toBe(1_265_793.04)
    expect(figure('100.5', 'money', 'JPY')).toBe(101)
    expect(figure('1.0005', 'money', 'KWD')).toBe(1.001)
  })

  test('gives counts as whole numbers, and percents with two decimals', () => {
    expect(figure('33', 'count', undefined)).toBe(33)
    expect(figure(33, 'count', undefined)).toBe(33)
    expect(figure('6.66666666', 'percent', undefined)).toBe(6.67)
    expect(figure('2.345', 'decimal', undefined)).toBe(2.35)
  })

  test('gives text where a JSON number would not be exact', () => {
    expect(figure('9999999999999.99', 'money', 'USD')).toBe(9_999_999_999_999.99)
    expect(figure('90071992547409.93', 'money', 'USD')).toBe('90071992547409.93')
    expect(figure('-12345678901234567.891', 'money', 'USD')).toBe('-12345678901234567.89')
  })

  test('has nothing to show of nothing', () => {
    expect(figure(null, 'money', 'USD')).toBeNull()
  })
})
