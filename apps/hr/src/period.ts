import { InvalidError } from '@atoll/errors'

export interface Period {
  /** First and last day, both included, as YYYY-MM-DD. */
  from: string
  to: string
}

/** Throws InvalidError when the first day is after the last. */
export function checkPeriod(from: string | undefined, to: string | undefined, names = ['from', 'to']): void {
  if (from !== undefined && to !== undefined && from > to) {
    throw new InvalidError(`${names[0]} (${from}) is after ${names[1]} (${to}). Swap them.`)
  }
}

/** What was asked for; left out, the twelve months up to today, or up to `to`. */
export function periodOrYear(from: string | undefined, to: string | undefined, today: string): Period {
  const last = to ?? (from !== undefined && from > today ? from : today)
  const period = { from: from ?? yearBefore(last), to: last }
  checkPeriod(period.from, period.to)
  return period
}

/** How many calendar months a period touches. */
export function monthsOf({ from, to }: Period): number {
  const month = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))
  return month(to) - month(from) + 1
}

function yearBefore(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCFullYear(date.getUTCFullYear() - 1)
  date.setUTCDate(date.getUTCDate() + 1)
  return date.toISOString().slice(0, 10)
}
