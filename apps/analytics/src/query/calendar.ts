import type { Grain } from '../model.ts'
import type { DateRange } from './question.ts'

const DAY = 24 * 60 * 60 * 1000

/** Days are `YYYY-MM-DD` of the calendar, without a time zone. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY).toISOString().slice(0, 10)
}

/** How many days a range has, both ends included. */
export function daysIn(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY) + 1
}

/** The first day of the period a day lies in. Weeks begin on Monday (ISO 8601). */
export function startOf(grain: Grain, day: string): string {
  const [year = '', month = '01'] = day.split('-')
  switch (grain) {
    case 'day':
      return day
    case 'week':
      return addDays(day, -((new Date(day).getUTCDay() + 6) % 7))
    case 'month':
      return `${year}-${month}-01`
    case 'quarter':
      return `${year}-${String(Math.floor((Number(month) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`
    case 'year':
      return `${year}-01-01`
  }
}

/** The first day of the next period. */
export function nextPeriod(grain: Grain, start: string): string {
  if (grain === 'day') return addDays(start, 1)
  if (grain === 'week') return addDays(start, 7)
  return addMonths(start, { month: 1, quarter: 3, year: 12 }[grain])
}

/** The same day so many months later, or the last of that month where there is none. */
export function addMonths(day: string, count: number): string {
  const [year, month, dayOfMonth] = day.split('-').map(Number) as [number, number, number]
  const first = new Date(Date.UTC(year, month - 1 + count, 1))
  const last = new Date(Date.UTC(year, month + count, 0)).getUTCDate()
  first.setUTCDate(Math.min(dayOfMonth, last))
  return first.toISOString().slice(0, 10)
}

/** The whole months or years in a range, by first and last day, null where it is open; undefined when it has none. */
export function wholePeriods(
  unit: 'month' | 'year',
  { from, to }: DateRange,
): { first: string | null; last: string | null } | undefined {
  const isStart = (day: string) => startOf(unit, day) === day
  const first = from === undefined || isStart(from) ? from : nextPeriod(unit, startOf(unit, from))
  const last = to === undefined || isStart(addDays(to, 1)) ? to : addDays(startOf(unit, to), -1)
  if (first !== undefined && last !== undefined && first > last) return undefined
  return { first: first ?? null, last: last ?? null }
}

/** Whether a range is made of whole months or years; where it is open it is. */
export function isWhole(unit: 'month' | 'year', range: DateRange): boolean {
  const whole = wholePeriods(unit, range)
  return whole?.first === (range.from ?? null) && whole.last === (range.to ?? null)
}
