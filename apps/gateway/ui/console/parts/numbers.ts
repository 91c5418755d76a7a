const whole = new Intl.NumberFormat()
const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 })

export function count(value: number): string {
  return whole.format(value)
}

/** A text whose large numbers are as easy to read as others: `100,000 a day`. */
export function grouped(text: string): string {
  return text.replaceAll(/\d{4,}/g, (digits) => whole.format(Number(digits)))
}

/** `1.2`, `143`: as many digits as say something. */
export function rate(value: number): string {
  return value >= 100 ? whole.format(Math.round(value)) : short.format(value)
}

/** `12 ms`, `1.4 s`. */
export function duration(ms: number): string {
  if (ms >= 60_000) return `${short.format(ms / 60_000)} min`
  if (ms >= 1000) return `${short.format(ms / 1000)} s`
  return ms >= 10 ? `${Math.round(ms)} ms` : `${Math.round(ms * 10) / 10} ms`
}

export function counted(value: number, one: string, more = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : more}`
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

export function timeOfDay(time: number | string): string {
  return clock.format(new Date(time))
}

export function dateAndTime(time: number | string): string {
  return full.format(new Date(time))
}
