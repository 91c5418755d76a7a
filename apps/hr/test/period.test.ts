import { InvalidError } from '@atoll/errors'
import { describe, expect, test } from 'vitest'
import { checkPeriod, monthsOf, periodOrYear } from '../src/period.ts'

describe('a period left open', () => {
  test('is the twelve months up to today', () => {
    expect(periodOrYear(undefined, undefined, '2026-06-30')).toEqual({ from: '2025-07-01', to: '2026-06-30' })
  })

  test('is the twelve months up to its last day', () => {
    expect(periodOrYear(undefined, '2024-02-29', '2026-06-30')).toEqual({
      from: '2023-03-02',
      to: '2024-02-29',
    })
  })

  test('runs from its first day to today, or is that day when it lies ahead', () => {
    expect(periodOrYear('2026-01-01', undefined, '2026-06-30')).toEqual({
      from: '2026-01-01',
      to: '2026-06-30',
    })
    expect(periodOrYear('2027-01-01', undefined, '2026-06-30')).toEqual({
      from: '2027-01-01',
      to: '2027-01-01',
    })
  })
})

test('a period must not end before it begins', () => {
  expect(() => checkPeriod('2026-02-01', '2026-01-31')).toThrow(InvalidError)
  expect(() => checkPeriod('2026-02-01', '2026-02-01')).not.toThrow()
  expect(() => checkPeriod(undefined, '2026-02-01')).not.toThrow()
})

test('months are counted as the calendar has them', () => {
  expect(monthsOf({ from: '2025-12-31', to: '2026-01-01' })).toBe(2)
  expect(monthsOf({ from: '2026-01-01', to: '2026-01-31' })).toBe(1)
})
