/** How a number is written: with a currency's code, as percent, or with its digits alone. */
export type NumberKind = { style: 'money'; currency: string } | { style: 'percent' } | { style: 'plain' }

/** A number as the host's reader writes it. Decimals that came as text keep every digit. */
export function formatNumber(
  value: number | string,
  kind: NumberKind,
  { locale, isShort = false }: { locale: string; isShort?: boolean },
): string {
  const options: Intl.NumberFormatOptions = {
    ...(isShort && { notation: 'compact', maximumFractionDigits: 1 }),
    ...(kind.style === 'money' && { style: 'currency', currency: kind.currency }),
    ...(kind.style === 'money' && isShort && { minimumFractionDigits: 0 }),
    ...(kind.style === 'percent' && { style: 'unit', unit: 'percent' }),
  }
  return formatterOf(locale, options).format(exact(value))
}

/** The days of a period, by its first: `Jan 1997`, `Q1 1997`, `1997`. */
export function formatDay(day: string, grain: string | undefined, locale: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(date.getTime())) return day
  const write = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(date)
  if (grain === 'year') return write({ year: 'numeric' })
  if (grain === 'quarter') return `Q${Math.floor(date.getUTCMonth() / 3) + 1} ${write({ year: 'numeric' })}`
  if (grain === 'month') return write({ year: 'numeric', month: 'short' })
  return write({ dateStyle: 'medium' })
}

const formatters = new Map<string, Intl.NumberFormat>()

/** Making one costs more than a thousand uses. */
function formatterOf(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([locale, options])
  const formatter = formatters.get(key) ?? new Intl.NumberFormat(locale, options)
  formatters.set(key, formatter)
  return formatter
}

/** A decimal in text is formatted digit by digit (ECMA-402, ToIntlMathematicalValue), which its type says of literals alone. */
function exact(value: number | string): number {
  return value as number
}
