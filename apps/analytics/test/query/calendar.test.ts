import { expect, test } from 'vitest'
import { addDays, addMonths, daysIn, isWholeMonths, nextPeriod, startOf } from '../../src/query/calendar.ts'

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

test('open ends are whole months', () => {
  expect(isWholeMonths({})).toBe(true)
  expect(isWholeMonths({ from: '2026-02-01', to: '2026-02-28' })).toBe(true)
  expect(isWholeMonths({ from: '2024-02-01', to: '2024-02-28' })).toBe(false)
  expect(isWholeMonths({ from: '2026-02-02' })).toBe(false)
})
