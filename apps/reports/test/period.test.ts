import { expect, test } from 'vitest'
import { bucketsOf, daysOf, grainOf, periodBefore, resolvePeriod } from '../src/period.ts'

const TODAY = '2026-11-21'

test.each([
  ['last_7_days', '2026-11-15', '2026-11-21'],
  ['last_30_days', '2026-10-23', '2026-11-21'],
  ['last_90_days', '2026-08-24', '2026-11-21'],
  ['last_12_months', '2025-11-01', '2026-10-31'],
  ['this_month', '2026-11-01', '2026-11-21'],
  ['last_month', '2026-10-01', '2026-10-31'],
  ['this_quarter', '2026-10-01', '2026-11-21'],
  ['last_quarter', '2026-07-01', '2026-09-30'],
  ['this_year', '2026-01-01', '2026-11-21'],
  ['last_year', '2025-01-01', '2025-12-31'],
] as const)('%s is from %s to %s', (range, from, to) => {
  expect(resolvePeriod(range, TODAY)).toEqual({ from, to })
})

test('quarters and months turn with the year, and February has its leap day', () => {
  expect(resolvePeriod('last_quarter', '2026-02-10')).toEqual({ from: '2025-10-01', to: '2025-12-31' })
  expect(resolvePeriod('last_month', '2028-03-31')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
})

test('two days are taken as they are, and refused when they are backwards or a lifetime apart', () => {
  expect(resolvePeriod({ from: '2026-01-01', to: '2026-01-01' }, TODAY)).toEqual({
    from: '2026-01-01',
    to: '2026-01-01',
  })
  expect(() => resolvePeriod({ from: '2026-01-02', to: '2026-01-01' }, TODAY)).toThrow('Swap them')
  expect(() => resolvePeriod({ from: '1926-01-01', to: '2026-01-01' }, TODAY)).toThrow('20 years')
})

test('the period before is as long and ends the day before', () => {
  const before = periodBefore({ from: '2026-01-01', to: '2026-03-31' })
  expect(before).toEqual({ from: '2025-10-03', to: '2025-12-31' })
  expect(daysOf(before)).toBe(90)
})

test('buckets follow the calendar, cover every day once, and are few enough for a chart', () => {
  const months = bucketsOf({ from: '2026-01-15', to: '2026-04-20' }, 'month')
  expect(months).toEqual([
    { from: '2026-01-15', to: '2026-01-31', label: '2026-01' },
    { from: '2026-02-01', to: '2026-02-28', label: '2026-02' },
    { from: '2026-03-01', to: '2026-03-31', label: '2026-03' },
    { from: '2026-04-01', to: '2026-04-20', label: '2026-04' },
  ])
  const weeks = bucketsOf({ from: '2026-11-18', to: '2026-12-01' }, 'week')
  expect(weeks.map(({ from, to }) => `${from} ${to}`)).toEqual([
    '2026-11-18 2026-11-22',
    '2026-11-23 2026-11-29',
    '2026-11-30 2026-12-01',
  ])
  expect(bucketsOf({ from: '2025-11-01', to: '2026-05-01' }, 'quarter').map(({ label }) => label)).toEqual([
    '2025 Q4',
    '2026 Q1',
    '2026 Q2',
  ])
  for (const days of [1, 14, 15, 92, 93, 732, 733, 2196, 2197, 7320]) {
    const period = {
      from: '2006-03-05',
      to: new Date(Date.UTC(2006, 2, 4 + days)).toISOString().slice(0, 10),
    }
    const buckets = bucketsOf(period)
    expect(buckets.length, `${days} days by ${grainOf(period)}`).toBeLessThanOrEqual(26)
    expect(buckets.reduce((sum, bucket) => sum + daysOf(bucket), 0)).toBe(days)
  }
})
