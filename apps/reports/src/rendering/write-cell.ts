import type { Cell, Unit } from '../blocks.ts'

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** A figure as people read it; a dash where there is none. */
export function writeCell(cell: Cell, unit: Unit): string {
  if (cell === null) return '–'
  if (typeof cell === 'string') return cell
  if (typeof cell === 'object') return writeMoney(major(cell.minor, cell.currency), cell.currency)
  const text = NUMBER.format(cell)
  if (unit === 'percent') return `${text} %`
  if (unit === 'years') return `${text} years`
  return unit === 'hours' ? `${text} h` : text
}

/** `12.3 %` more or less than in the period before, with its sign. */
export function writeChange(percent: number): string {
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '±'
  return `${sign}${NUMBER.format(Math.abs(percent))} % on the period before`
}

export function writeMoney(amount: number, currency: string): string {
  const digits = minorDigits(currency)
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return `${amount.toLocaleString('en', format)} ${currency}`
}

/** Minor units in the major one: 44000 is 440 USD. */
export function major(minor: number, currency: string): number {
  return minor / 10 ** minorDigits(currency)
}

/** The major unit in minor ones: 440 USD is 44000. */
export function minor(amount: number, currency: string): number {
  return Math.round(amount * 10 ** minorDigits(currency))
}

/** Decimal digits of a currency's minor unit: 2 for USD, 0 for JPY (ISO 4217). */
function minorDigits(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}

/** Whether a column's figures stand at the right. */
export function isNumeric(unit: Unit): boolean {
  return unit !== 'text' && unit !== 'date'
}
