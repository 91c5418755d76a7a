const DAY = 86_400_000

/** Days since 1970-01-01 of a date written YYYY-MM-DD. */
export function toDay(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY
}

export function fromDay(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10)
}

/** The day itself, or the Monday after when it falls on a weekend. 1970-01-01 was a Thursday. */
export function workday(day: number): number {
  const weekday = (day + 3) % 7
  return weekday < 5 ? day : day + 7 - weekday
}
