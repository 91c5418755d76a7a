import { InvalidError } from '@atoll/errors'
import { addDays, addMonths, daysIn } from './query/calendar.ts'

export type CompareTo = 'previous_period' | 'previous_year' | { from: string; to: string }

interface Days {
  from: string
  to: string
}

/**
 * The days that others are compared with. The period before is as long as the range, in months where the range is
 * whole months: March is compared with February, not with the 31 days before it.
 * Throws InvalidError for days that overlap.
 */
export function daysBefore({ from, to }: Days, compareTo: CompareTo): Days {
  const before = typeof compareTo === 'object' ? compareTo : earlier({ from, to }, compareTo)
  if (before.from > before.to)
    throw new InvalidError(
      `compare_to.from (${before.from}) is after compare_to.to (${before.to}). Swap them.`,
    )
  if (before.from <= to && from <= before.to) {
    throw new InvalidError(
      `The days ${before.from} to ${before.to} are partly the same as ${from} to ${to}. Choose two ranges apart, or compare_to previous_period.`,
    )
  }
  return before
}

/** Months from one first day of a month to another. */
export function monthsBetween(earlier: string, later: string): number {
  return (
    12 * (Number(later.slice(0, 4)) - Number(earlier.slice(0, 4))) +
    Number(later.slice(5, 7)) -
    Number(earlier.slice(5, 7))
  )
}

function earlier({ from, to }: Days, compareTo: 'previous_period' | 'previous_year'): Days {
  const months = wholeMonths({ from, to })
  const back = compareTo === 'previous_year' ? 12 : months
  if (back === undefined) {
    const days = daysIn(from, to)
    return { from: addDays(from, -days), to: addDays(from, -1) }
  }
  const end = months === undefined ? addMonths(to, -back) : addDays(addMonths(addDays(to, 1), -back), -1)
  return { from: addMonths(from, -back), to: end }
}

/** How many months a range is; undefined when it does not begin and end with one. */
function wholeMonths({ from, to }: Days): number | undefined {
  const after = addDays(to, 1)
  return from.endsWith('-01') && after.endsWith('-01') ? monthsBetween(from, after) : undefined
}
