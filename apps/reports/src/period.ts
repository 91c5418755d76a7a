import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { Period } from './model.ts'

const RELATIVE = [
  'last_7_days',
  'last_30_days',
  'last_90_days',
  'last_12_months',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
] as const

export const DateRange = z
  .union([z.enum(RELATIVE), Period])
  .describe(
    'The last days and what begins with this_ end today; last_month, last_quarter, last_year and last_12_months are ' +
      'whole months that are over; or name the first and last day',
  )
export type DateRange = z.output<typeof DateRange>

/** Years. */
const LONGEST = 20

/** The days of a range, as of `today` (UTC). Throws InvalidError when they are backwards or too far apart. */
export function resolvePeriod(range: DateRange, today: string): Period {
  const period = typeof range === 'string' ? relative(range, today) : range
  const { from, to } = period
  if (from > to) throw new InvalidError(`date_range: from (${from}) is after to (${to}). Swap them.`)
  if (daysOf(period) > LONGEST * 366) throw new InvalidError(`date_range: at most ${LONGEST} years at once.`)
  return period
}

/** The period of the same length that ends the day before. */
export function periodBefore(period: Period): Period {
  const to = addDays(period.from, -1)
  return { from: addDays(to, 1 - daysOf(period)), to }
}

export function daysOf({ from, to }: Period): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1
}

export interface Bucket extends Period {
  readonly label: string
}

export type Grain = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** The coarsest steps that still show a development, with as few of them as a chart can carry. */
export function grainOf(period: Period): Grain {
  const days = daysOf(period)
  if (days <= 14) return 'day'
  if (days <= 92) return 'week'
  if (days <= 2 * 366) return 'month'
  return days <= 6 * 366 ? 'quarter' : 'year'
}

/** A period cut at the calendar's own borders; the first and last piece may be shorter. */
export function bucketsOf(period: Period, grain = grainOf(period)): Bucket[] {
  const buckets: Bucket[] = []
  for (let from = period.from; from <= period.to; ) {
    const next = nextStart(from, grain)
    const last = addDays(next, -1)
    const [to = last] = [last, period.to].toSorted()
    buckets.push({ from, to, label: labelOf(from, grain) })
    from = next
  }
  return buckets
}

function relative(range: (typeof RELATIVE)[number], today: string): Period {
  const month = `${today.slice(0, 7)}-01`
  const quarter = startOfQuarter(today)
  const year = `${today.slice(0, 4)}-01-01`
  switch (range) {
    case 'last_7_days':
      return { from: addDays(today, -6), to: today }
    case 'last_30_days':
      return { from: addDays(today, -29), to: today }
    case 'last_90_days':
      return { from: addDays(today, -89), to: today }
    case 'last_12_months':
      return { from: addMonths(month, -12), to: addDays(month, -1) }
    case 'this_month':
      return { from: month, to: today }
    case 'last_month':
      return { from: addMonths(month, -1), to: addDays(month, -1) }
    case 'this_quarter':
      return { from: quarter, to: today }
    case 'last_quarter':
      return { from: addMonths(quarter, -3), to: addDays(quarter, -1) }
    case 'this_year':
      return { from: year, to: today }
    case 'last_year':
      return { from: addMonths(year, -12), to: addDays(year, -1) }
  }
}

function startOfQuarter(day: string): string {
  const month = Number(day.slice(5, 7))
  return `${day.slice(0, 4)}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`
}

function nextStart(day: string, grain: Grain): string {
  if (grain === 'day') return addDays(day, 1)
  if (grain === 'week') return addDays(day, 7 - ((new Date(day).getUTCDay() + 6) % 7))
  if (grain === 'month') return addMonths(`${day.slice(0, 7)}-01`, 1)
  if (grain === 'quarter') return addMonths(startOfQuarter(day), 3)
  return `${Number(day.slice(0, 4)) + 1}-01-01`
}

function labelOf(day: string, grain: Grain): string {
  if (grain === 'day' || grain === 'week') return day
  if (grain === 'month') return day.slice(0, 7)
  if (grain === 'year') return day.slice(0, 4)
  return `${day.slice(0, 4)} Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`
}

function addDays(day: string, days: number): string {
  return iso(Date.parse(day) + days * 86_400_000)
}

/** Of the first day of a month. */
function addMonths(first: string, months: number): string {
  return iso(Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5, 7)) - 1 + months, 1))
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
