import { expect, test } from 'vitest'
import {
  addDays,
  addMonths,
  daysIn,
  isWhole,
  nextPeriod,
  startOf,
  wholePeriods,
} from '../../src/query/calendar.ts'

test.each([
  ['day', '2026-11-15', '2026-11-15', '2026-11-16'],
  ['week', '2026-11-15', '2026-11-09', '2026-11-16'],
  ['week', '2026-11-16', '2026-11-16', '2026-11-23'],
  ['week', '2027-01-01', '2026-12-28', '2027-01-04'],
  ['month', '2024-02-29', '2024-02-01', '2024-03-01'],
  ['month', '2026-12-31', '2026-12-01', '2027-01-01'],
  ['quarter', '2026-06-30', '2026-04-01', '2026-07-01'],
  ['quarter', '2026-12-01', '2026-10-01', '2027-01-01'],
  ['year', '2026-11-15', '2026-01-01', '2027-01-01'],
] as const)('the %s of %s begins on %s and the next on %s', (grain, day, start, next) => {
  expect(startOf(grain, day)).toBe(start)
  expect(nextPeriod(grain, start)).toBe(next)
})

test('days are those of the calendar, whatever the clocks of a place do', () => {
  expect(addDays('2026-03-29', 1)).toBe('2026-03-30')
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
  expect(daysIn('2026-03-01', '2026-03-31')).toBe(31)
  expect(daysIn('2026-10-25', '2026-10-25')).toBe(1)
})

test('a month later ends where that month ends', () => {
  expect(addMonths('2026-01-31', 1)).toBe('2026-02-28')
  expect(addMonths('2024-02-29', -12)).toBe('2023-02-28')
  expect(addMonths('2026-01-15', -1)).toBe('2025-12-15')
})

test('open ends are whole', () => {
  expect(isWhole('month', {})).toBe(true)
  expect(isWhole('month', { from: '2026-02-01', to: '2026-02-28' })).toBe(true)
  expect(isWhole('month', { from: '2024-02-01', to: '2024-02-28' })).toBe(false)
  expect(isWhole('month', { from: '2026-02-02' })).toBe(false)
  expect(isWhole('year', { from: '2026-01-01', to: '2026-12-31' })).toBe(true)
  expect(isWhole('year', { from: '2026-01-01', to: '2026-11-30' })).toBe(false)
})

test('a range has the whole months and years that lie in it', () => {
  const range = { from: '2025-01-15', to: '2026-12-30' }
  expect(wholePeriods('month', range)).toEqual({ first: '2025-02-01', last: '2026-11-30' })
  expect(wholePeriods('year', range)).toBeUndefined()
  const overAYear = { from: '2024-12-31', to: '2026-01-01' }
  expect(wholePeriods('year', overAYear)).toEqual({ first: '2025-01-01', last: '2025-12-31' })
  expect(wholePeriods('month', { from: '2026-02-02' })).toEqual({ first: '2026-03-01', last: null })
  expect(wholePeriods('month', { from: '2026-02-02', to: '2026-02-27' })).toBeUndefined()
})
