/** Sums by day, or by month, that begin between two days; both are included, and open where undefined. */
export interface Span {
  grain: 'day' | 'month'
  from: string | undefined
  to: string | undefined
}

/** How to put a period together: of the whole months in it, and of the single days before and after them. */
export function spans(from: string | undefined, to: string | undefined): Span[] {
  if ((from ?? '') >= LAST_MONTH || (to ?? '') >= LAST_MONTH) return [{ grain: 'day', from, to }]
  const first = from === undefined ? undefined : monthFrom(from)
  const end = to === undefined ? undefined : monthOf(dayAfter(to))
  if (first !== undefined && end !== undefined && first >= end) return [{ grain: 'day', from, to }]
  return [
    ...(from !== undefined && first !== undefined && from < first
      ? [{ grain: 'day', from, to: dayBefore(first) } as const]
      : []),
    { grain: 'month', from: first, to: end === undefined ? undefined : dayBefore(end) },
    ...(to !== undefined && end !== undefined && end <= to ? [{ grain: 'day', from: end, to } as const] : []),
  ]
}

/** The first day of a month: this day or the next such. */
function monthFrom(day: string): string {
  if (day.endsWith('-01')) return day
  return monthOf(isoDay(Date.parse(monthOf(day)) + 31 * DAY))
}

function monthOf(day: string): string {
  return `${day.slice(0, 8)}01`
}

function dayAfter(day: string): string {
  return isoDay(Date.parse(day) + DAY)
}

function dayBefore(day: string): string {
  return isoDay(Date.parse(day) - DAY)
}

const DAY = 86_400_000
/** None follows that is written the same way. */
const LAST_MONTH = '9999-12'

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
