import { expect, test } from 'vitest'
import { daysBefore, monthsBetween } from '../src/rules.ts'

test.each([
  ['a month with the one before', '2026-03-01', '2026-03-31', '2026-02-01', '2026-02-28'],
  ['a quarter with the one before', '2026-01-01', '2026-03-31', '2025-10-01', '2025-12-31'],
  ['a year with the one before', '2024-01-01', '2024-12-31', '2023-01-01', '2023-12-31'],
  ['days with as many days before', '2026-03-10', '2026-03-16', '2026-03-03', '2026-03-09'],
  ['one day with the one before', '2026-03-01', '2026-03-01', '2026-02-28', '2026-02-28'],
])('compares %s', (_, from, to, before, until) => {
  expect(daysBefore({ from, to }, 'previous_period')).toEqual({ from: before, to: until })
})

test.each([
  ['2026-02-01', '2026-02-28', '2025-02-01', '2025-02-28'],
  ['2025-02-01', '2025-02-28', '2024-02-01', '2024-02-29'],
  ['2024-02-10', '2024-02-29', '2023-02-10', '2023-02-28'],
])('compares %s to %s with the same of the year before', (from, to, before, until) => {
  expect(daysBefore({ from, to }, 'previous_year')).toEqual({ from: before, to: until })
})

test('compares with days of the caller’s own, unless they overlap or are backwards', () => {
  const march = { from: '2026-03-01', to: '2026-03-31' }
  expect(daysBefore(march, { from: '2020-01-01', to: '2020-01-31' }).from).toBe('2020-01-01')
  expect(() => daysBefore(march, { from: '2026-03-31', to: '2026-04-30' })).toThrow('partly the same')
  expect(() => daysBefore(march, { from: '2026-02-28', to: '2026-02-01' })).toThrow('Swap them')
  expect(() => daysBefore({ from: '2024-01-01', to: '2025-06-30' }, 'previous_year')).toThrow(
    'partly the same',
  )
})

test('counts months from one to another', () => {
  expect(monthsBetween('2025-11-01', '2026-02-01')).toBe(3)
  expect(monthsBetween('2026-02-01', '2026-02-01')).toBe(0)
})
