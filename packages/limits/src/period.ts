import type { Period } from './allowance.ts'

export interface Span {
  /** `2026-11-21` or `2026-11`. */
  readonly name: string
  /** Milliseconds since the epoch. */
  readonly start: number
  /** The first moment of the next one. */
  readonly end: number
}

/** The day or month of UTC that a moment (milliseconds since the epoch) lies in. */
export function spanOf(period: Period, at: number): Span {
  const date = new Date(at)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const text = date.toISOString()
  return period === 'day'
    ? { name: text.slice(0, 10), start: Date.UTC(year, month, day), end: Date.UTC(year, month, day + 1) }
    : { name: text.slice(0, 7), start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) }
}
