import { minorDigits } from '@atoll/shop-data'
import type { Format } from './metrics/define-metric.ts'
import type { Figure } from './model.ts'

/** A sum from the database, as exact as it is there, rounded once to what its format shows. */
export function figure(exact: string | number | null, format: Format, currency: string | undefined): Figure {
  if (exact === null) return null
  const digits = format === 'count' ? 0 : format === 'money' ? minorDigits(currency ?? '') : 2
  return asNumber(round(String(exact), digits))
}

/** A plain decimal with so many digits after the point, halves away from zero. Throws a TypeError for other text. */
export function round(decimal: string, digits: number): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? fail(decimal)
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'))
  const rounded = String(kept + (Number(fraction[digits] ?? 0) >= 5 ? 1n : 0n)).padStart(digits + 1, '0')
  const point = rounded.length - digits
  const text = digits === 0 ? rounded : `${rounded.slice(0, point)}.${rounded.slice(point)}`
  return /[1-9]/.test(text) ? sign + text : text
}

/** Doubles keep 15 digits of a decimal. */
function asNumber(decimal: string): number | string {
  return decimal.replace(/\D/g, '').replace(/^0+/, '').length <= 15 ? Number(decimal) : decimal
}

function fail(decimal: string): never {
  throw new TypeError(`"${decimal}" is not a decimal`)
}
