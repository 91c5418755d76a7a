/** Charts are not drawn finer than this. */
const MOST = 3000

/** Every first day of a period from one to another, so that those without sales have a place. */
export function periodsBetween(first: string, last: string, grain: string | undefined): string[] {
  const days: string[] = []
  for (let day = first; day <= last && days.length < MOST; day = after(day, grain)) days.push(day)
  return days
}

function after(day: string, grain: string | undefined): string {
  const date = new Date(`${day}T00:00:00Z`)
  const months = { month: 1, quarter: 3, year: 12 }[grain ?? '']
  if (months === undefined) date.setUTCDate(date.getUTCDate() + (grain === 'week' ? 7 : 1))
  else date.setUTCMonth(date.getUTCMonth() + months)
  return date.toISOString().slice(0, 10)
}
